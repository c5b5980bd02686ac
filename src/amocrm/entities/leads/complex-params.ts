import { type Static, type TProperties, Type } from 'typebox';
import { needsOneOf, oneOfEach } from '../../../schemas/named.ts';
import { companyAttributes } from '../companies/params.ts';
import { contactAttributes } from '../contacts/params.ts';
import { leadAttributes } from './params.ts';

const whole = <T extends TProperties>(properties: T, description: string, options: object = {}) =>
  Type.Optional(
    Type.Object(properties, {
      additionalProperties: false,
      'x-empty-as-absent': [null, ''],
      allOf: oneOfEach(properties),
      ...options,
      description,
    }),
  );

export const complexAttributes = {
  ...leadAttributes,
  contact: whole(
    contactAttributes,
    'A new contact, as `amocrm_create_contact` takes it. Not together with `contact_id`.',
    needsOneOf('name', 'first_name', 'last_name'),
  ),
  company: whole(
    companyAttributes,
    'A new company, as `amocrm_create_company` takes it. Not together with `company_id`.',
  ),
};
export const ComplexAttributes = Type.Object(complexAttributes);
export type ComplexAttributes = Static<typeof ComplexAttributes>;

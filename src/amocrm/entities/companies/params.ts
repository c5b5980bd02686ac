import { type Static, Type } from 'typebox';
import { CustomFields, Tags, Text } from '../../../schemas/atoms.ts';
import { channels } from '../../../schemas/channels.ts';
import { responsibleUser } from '../../../schemas/named.ts';

export const companyAttributes = {
  name: Text('The name of the company.', { maxLength: 255, examples: ['ООО «Кофейня на Литейном»'] }),
  ...channels,
  website: Type.Optional(
    Text('The address of the website; short for the field WEB.', {
      maxLength: 2_048,
      examples: ['https://coffee.example.com'],
    }),
  ),
  custom_fields: CustomFields('Custom fields of the company.', { INDUSTRY: 'Кафе' }),
  tags: Tags,
  ...responsibleUser,
};
export const CompanyAttributes = Type.Object(companyAttributes);
export type CompanyAttributes = Static<typeof CompanyAttributes>;

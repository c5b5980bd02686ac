import { type Static, Type } from 'typebox';
import { CustomFields, Tags, Text } from '../../../schemas/atoms.ts';
import { addedChannels, channels } from '../../../schemas/channels.ts';
import { responsibleUser } from '../../../schemas/named.ts';
import { flatKeys, updateData } from '../update-params.ts';

const name = Text('The name of the company.', { maxLength: 255, examples: ['ООО «Кофейня на Литейном»'] });
const website = (description: string) =>
  Type.Optional(Text(description, { maxLength: 2_048, examples: ['https://coffee.example.com'] }));

export const companyAttributes = {
  name,
  ...channels,
  website: website('The address of the website; short for the field WEB.'),
  custom_fields: CustomFields('Custom fields of the company.', { INDUSTRY: 'Кафе' }),
  tags: Tags,
  ...responsibleUser,
};
export const CompanyAttributes = Type.Object(companyAttributes);
export type CompanyAttributes = Static<typeof CompanyAttributes>;

/** The company's own attributes among the keys of `update_data`; other keys are custom fields or `notes`. */
const ownAttributes = { name: Type.Optional(name), ...responsibleUser, tags: Tags };

export const CompanyUpdateData = updateData(ownAttributes, {
  website: 'https://coffee.example.com',
  notes: 'Переехали',
});

/** The keys that may also stand beside it. */
export const flatCompanyAttributes = {
  ...flatKeys(ownAttributes, { INDUSTRY: 'Кафе' }),
  ...addedChannels,
  website: website('The new address of the website.'),
};

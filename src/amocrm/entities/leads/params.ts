import { type Static, Type } from 'typebox';
import { CustomFields, Id, Integer, Tags, Text } from '../../../schemas/atoms.ts';
import { lossReason, pipeline, responsibleUser, status } from '../../../schemas/named.ts';

export const leadAttributes = {
  name: Text('The name of the lead.', { maxLength: 255, examples: ['Важная сделка'] }),
  price: Type.Optional(
    Integer('The budget in whole units of the account’s currency.', {
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      examples: [150000],
    }),
  ),
  contact_id: Type.Optional(Id('The main contact; it must exist.')),
  company_id: Type.Optional(Id('The company; it must exist.', 54321)),
  ...pipeline,
  ...status,
  ...lossReason,
  ...responsibleUser,
  tags: Tags,
  custom_fields: CustomFields('Custom fields of the lead.', { source: 'Telegram', budget: 150000 }),
};
export const LeadAttributes = Type.Object(leadAttributes);
export type LeadAttributes = Static<typeof LeadAttributes>;

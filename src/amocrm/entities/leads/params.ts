import { type Static, Type } from 'typebox';
import { CustomFields, Id, Integer, Tags, Text } from '../../../schemas/atoms.ts';
import { lossReason, pipeline, responsibleUser, status } from '../../../schemas/named.ts';
import { flatKeys, updateData } from '../update-params.ts';

const name = Text('The name of the lead.', { maxLength: 255, examples: ['Важная сделка'] });
const own = {
  price: Type.Optional(
    Integer('The budget in whole units of the account’s currency.', {
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      examples: [150000],
    }),
  ),
  ...pipeline,
  ...status,
  ...lossReason,
  ...responsibleUser,
  tags: Tags,
};

export const leadAttributes = {
  name,
  contact_id: Type.Optional(Id('The main contact; it must exist.')),
  company_id: Type.Optional(Id('The company; it must exist.', 54321)),
  ...own,
  custom_fields: CustomFields('Custom fields of the lead.', { source: 'Telegram', budget: 150000 }),
};
export const LeadAttributes = Type.Object(leadAttributes);
export type LeadAttributes = Static<typeof LeadAttributes>;

/** The lead's own attributes among the keys of `update_data`; other keys are custom fields or `notes`. */
const changeable = { name: Type.Optional(name), ...own };
const updateExample = { price: 200000, tags: ['VIP'], notes: 'Уточнили бюджет' };
export const LeadUpdateData = updateData(changeable, updateExample);
export const flatLeadAttributes = flatKeys(changeable, { source: 'Telegram' });

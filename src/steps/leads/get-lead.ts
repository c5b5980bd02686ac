import { Type } from 'typebox';
import { getLead as get, leadParts } from '../../amocrm/entities/leads/read-leads.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineGetStep } from '../define-get-step.ts';
import { Params, Result } from '../define-step.ts';
import { readLeadExample } from './examples.ts';
import { ReadLead } from './results.ts';

const idOrNull = (description: string, example: number) =>
  Type.Union([Type.Integer(), Type.Null()], { description, examples: [example] });
const withContact = {
  ...readLeadExample,
  _embedded: { ...readLeadExample._embedded, contacts: [{ id: 12345, is_main: true }] },
};

export const getLead = defineGetStep({
  type: 'amocrm_get_lead',
  label: 'получение сделки',
  summary: 'Gives a lead by its id, with its contacts.',
  description: 'Many at once share a call to amoCRM. A lead in the recycle bin counts as absent.',
  tag: 'Leads',
  outputVar: 'lead',
  params: Params('lead', { lead_id: Id('The lead’s id.', 67890), with: leadParts }),
  result: Result({
    lead: ReadLead,
    contact_id: idOrNull('The main contact, null where there is none.', 12345),
    company_id: idOrNull('The company, null where there is none.', 33001),
  }),
  examples: [
    {
      summary: 'The least',
      params: { lead_id: 67890 },
      result: { lead: withContact, contact_id: 12345, company_id: 33001 },
    },
    {
      summary: 'With the reason why it was lost',
      params: { lead_id: 67890, with: ['loss_reason'] },
      result: { lead: withContact, contact_id: 12345, company_id: 33001 },
    },
  ],
  run: (params, amo) => get(amo, params),
});

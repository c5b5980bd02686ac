import { flatLeadAttributes, LeadUpdateData } from '../../amocrm/entities/leads/params.ts';
import { updateLead as update } from '../../amocrm/entities/leads/update.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineUpdateStep } from '../define-update-step.ts';
import { readLeadExample } from './examples.ts';
import { LeadId, ReadLead } from './results.ts';

export const updateLead = defineUpdateStep({
  type: 'amocrm_update_lead',
  label: 'обновление сделки',
  summary: 'Changes a lead without losing what it has.',
  description:
    'Only what is named and differs is sent: in `update_data`, or as the same keys beside it. A status by its name is ' +
    'looked up in the pipeline given, else in the lead’s own; a status’s id goes with the pipeline that has it. A loss ' +
    'reason goes with the status `lost`. Contacts and companies are linked by `amocrm_link_entities`, not here.',
  tag: 'Leads',
  outputVar: 'updated_lead',
  idParam: 'lead_id',
  id: Id('The lead to change; it must exist.', 67890),
  data: LeadUpdateData,
  flat: flatLeadAttributes,
  result: { lead_id: LeadId, lead: ReadLead },
  examples: [
    {
      summary: 'The least',
      params: { lead_id: 67890, price: 150000 },
      result: { lead_id: 67890, lead: readLeadExample, updated: true, updated_fields: ['price'] },
    },
    {
      summary: 'A price, a tag and a note',
      params: { lead_id: 67890, update_data: { price: 200000, tags: ['VIP'], notes: 'Уточнили бюджет' } },
      result: {
        lead_id: 67890,
        lead: readLeadExample,
        updated: true,
        updated_fields: ['price', 'tags', 'notes'],
        note_id: 76787985,
      },
    },
  ],
  run: ({ id, ...changes }, amo) => update(amo, id, changes),
});

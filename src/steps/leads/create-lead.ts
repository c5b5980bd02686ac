import { createLead as create } from '../../amocrm/entities/leads/leads.ts';
import { leadAttributes } from '../../amocrm/entities/leads/params.ts';
import { defineStep, fieldFailures, nameFailures, Params, Result } from '../define-step.ts';
import { created } from '../results.ts';
import { createdLeadExample } from './examples.ts';
import { LeadId, ReadLead } from './results.ts';

export const createLead = defineStep({
  type: 'amocrm_create_lead',
  label: 'создание сделки',
  summary: 'Creates a lead, linked to a contact and a company.',
  description:
    'The contact and the company are checked before anything is written. Send `pipeline_id` with `status_id`.',
  tag: 'Leads',
  effects: 'writes',
  outputVar: 'created_lead',
  params: Params('created_lead', leadAttributes),
  result: Result({
    lead_id: LeadId,
    lead: created(ReadLead),
  }),
  failures: [...fieldFailures, ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { name: 'Заявка из бота' },
      result: {
        lead_id: 10185152,
        lead: { id: 10185152, name: 'Заявка из бота', custom_fields_values: null, fields: {} },
      },
    },
    {
      summary: 'With a contact, a status and custom fields',
      params: {
        name: 'Важная сделка',
        price: 150000,
        contact_id: 12345,
        pipeline: 'Продажи',
        status: 'Переговоры',
        custom_fields: { source: 'Telegram', budget: 150000 },
        output_var: 'new_lead',
      },
      result: { lead_id: 10185151, lead: createdLeadExample },
    },
  ],
  run: (params, amo) => create(amo, params),
});

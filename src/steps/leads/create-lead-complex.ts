import { Type } from 'typebox';
import { createLeadComplex as create } from '../../amocrm/entities/leads/complex.ts';
import { complexAttributes } from '../../amocrm/entities/leads/complex-params.ts';
import { defineStep, fieldFailures, nameFailures, Params, Result } from '../define-step.ts';
import { created } from '../results.ts';
import { createdLeadExample } from './examples.ts';
import { LeadId, ReadLead } from './results.ts';

const maybeId = (description: string, example: number) =>
  Type.Union([Type.Integer(), Type.Null()], { description, examples: [example] });

export const createLeadComplex = defineStep({
  type: 'amocrm_create_lead_complex',
  label: 'создание сделки с контактом',
  summary: 'Creates a lead together with its contact and company.',
  description:
    'The contact and the company are new, or given by their ids and checked first. Nobody is looked for: whoever may be ' +
    'there already is found by `amocrm_find_or_create_contact`. A company that is there already is linked after the lead ' +
    'is made, in place of one that the lead has, and to the new contact. Each of the three takes at most 40 custom fields. ' +
    'Where amoCRM’s own control of duplicates puts the request into a lead that is there already, `merged` is true and the ' +
    'ids are of that; if no answer came, such a lead cannot be found again.',
  tag: 'Leads',
  effects: 'writes',
  outputVar: 'created_lead',
  params: Params('created_lead', complexAttributes),
  result: Result({
    lead_id: LeadId,
    contact_id: maybeId('The contact’s id; null where there is none.', 12345),
    company_id: maybeId('The company’s id; null where there is none.', 33001),
    merged: Type.Boolean({ description: 'Whether amoCRM put it into a lead that was there already.' }),
    lead: created(ReadLead),
  }),
  failures: [...fieldFailures, ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { name: 'Заявка из бота' },
      result: {
        lead_id: 10185155,
        contact_id: null,
        company_id: null,
        merged: false,
        lead: { id: 10185155, name: 'Заявка из бота', custom_fields_values: null, fields: {}, _embedded: { tags: [] } },
      },
    },
    {
      summary: 'With a new contact and a company that is there',
      params: {
        name: 'Важная сделка',
        price: 150000,
        contact: { name: 'Иван Петров', phone: '+79001234567', custom_fields: { source: 'Telegram' } },
        company_id: 33001,
        custom_fields: { source: 'Telegram' },
      },
      result: {
        lead_id: 10185156,
        contact_id: 40401637,
        company_id: 33001,
        merged: false,
        lead: {
          id: 10185156,
          name: 'Важная сделка',
          price: 150000,
          custom_fields_values: createdLeadExample.custom_fields_values,
          fields: createdLeadExample.fields,
          _embedded: { tags: [], contacts: [{ id: 40401637, is_main: true }], companies: [{ id: 33001 }] },
        },
      },
    },
  ],
  run: (params, amo) => create(amo, params),
});

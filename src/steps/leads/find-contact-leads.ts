import { Type } from 'typebox';
import { findContactLeads as find } from '../../amocrm/entities/leads/of-contact.ts';
import { Flag, Id } from '../../schemas/atoms.ts';
import { pipeline } from '../../schemas/named.ts';
import { defineStep, nameFailures, Params, Result } from '../define-step.ts';
import { orNull } from '../results.ts';
import { readLeadExample } from './examples.ts';
import { ReadLead } from './results.ts';

export const findContactLeads = defineStep({
  type: 'amocrm_find_contact_leads',
  label: 'сделки контакта',
  summary: 'Finds the leads of a contact, newest first.',
  description:
    'By default those that are neither won nor lost, in all pipelines. Needs no filter add-on: the contact names its leads. ' +
    'No lead is a success with `found: false`; a contact that does not exist is 404.',
  tag: 'Leads',
  effects: 'reads',
  outputVar: 'contact_leads',
  params: Params('contact_leads', {
    contact_id: Id('The contact; it must exist.'),
    ...pipeline,
    only_open: Flag('Whether leads that are won or lost are left out.', true),
  }),
  result: Result({
    found: Type.Boolean({ description: 'Whether there is such a lead.' }),
    lead: orNull(ReadLead),
    lead_id: Type.Union([Type.Integer(), Type.Null()], {
      description: 'The id of the newest, null where there is none.',
    }),
    leads: Type.Array(ReadLead, { description: 'All of them, newest first.' }),
    count: Type.Integer({ description: 'How many there are.' }),
  }),
  failures: ['ENTITY_NOT_FOUND', ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { contact_id: 12345 },
      result: { found: true, lead: readLeadExample, lead_id: 67890, leads: [readLeadExample], count: 1 },
    },
    {
      summary: 'Of one pipeline, the closed ones too',
      params: { contact_id: 12346, pipeline: 'Повторные продажи', only_open: false },
      result: { found: false, lead: null, lead_id: null, leads: [], count: 0 },
    },
  ],
  run: (params, amo) => find(amo, params),
});

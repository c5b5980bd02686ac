import { Type } from 'typebox';
import { findOrCreateLead as findOrCreate } from '../../amocrm/entities/leads/find-or-create.ts';
import { leadAttributes } from '../../amocrm/entities/leads/params.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineStep, fieldFailures, nameFailures, Params, Result } from '../define-step.ts';
import { created } from '../results.ts';
import { readLeadExample } from './examples.ts';
import { LeadId, ReadLead } from './results.ts';

export const findOrCreateLead = defineStep({
  type: 'amocrm_find_or_create_lead',
  label: 'поиск или создание сделки',
  summary: 'Finds the open lead of a contact, or creates one where there is none.',
  description:
    'The newest lead of the contact that is neither won nor lost; a pipeline limits the search. A lead that is found is ' +
    'left as it is. Steps for one contact run one after another here, so many at once end with one lead; while a create ' +
    'of one is in doubt the others get `OVERLOADED`. One that is made won or lost is never found again (`warnings` says so). A lead that a person makes in amoCRM’s own window at that moment can ' +
    'be a second one.',
  tag: 'Leads',
  effects: 'writes',
  outputVar: 'lead',
  params: Params('lead', { ...leadAttributes, contact_id: Id('The contact whose lead it is; it must exist.') }),
  result: Result({
    lead_id: LeadId,
    lead: created(ReadLead),
    found: Type.Boolean({ description: 'Whether it was there before.' }),
    created: Type.Boolean({ description: 'Whether this step made it.' }),
  }),
  failures: [...fieldFailures, ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { contact_id: 12347, name: 'Заявка из бота' },
      result: {
        lead_id: 10185152,
        lead: { id: 10185152, name: 'Заявка из бота', custom_fields_values: null, fields: {} },
        found: false,
        created: true,
      },
    },
    {
      summary: 'There already',
      params: { contact_id: 12345, name: 'Заявка из бота' },
      result: { lead_id: 67890, lead: readLeadExample, found: true, created: false },
    },
    {
      summary: 'In a pipeline, with a responsible user',
      params: {
        contact_id: 12347,
        name: 'Повторный заказ',
        pipeline: 'Повторные продажи',
        status: 'Напомнили о себе',
        responsible_user: 'Ольга Лебедева',
      },
      result: {
        lead_id: 10185153,
        lead: {
          id: 10185153,
          name: 'Повторный заказ',
          pipeline_id: 7202,
          status_id: 7212,
          custom_fields_values: null,
          fields: {},
        },
        found: false,
        created: true,
      },
    },
  ],
  run: (params, amo) => findOrCreate(amo, params),
});

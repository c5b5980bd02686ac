import { Type } from 'typebox';
import { findLead as find } from '../../amocrm/entities/leads/leads.ts';
import { Id, Text } from '../../schemas/atoms.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { orNull } from '../results.ts';
import { readLeadExample } from './examples.ts';
import { ReadLead } from './results.ts';

export const findLead = defineStep({
  type: 'amocrm_find_lead',
  label: 'поиск сделки',
  summary: 'Finds a lead by its id or by free text.',
  description:
    '`lead_id` goes before `query`. For `query` amoCRM’s first hit counts as it is; amoCRM also looks into the linked ' +
    'contacts. Nothing found is a success with `found: false`.',
  tag: 'Leads',
  effects: 'reads',
  outputVar: 'lead',
  params: Params(
    'lead',
    {
      lead_id: Type.Optional(Id('The lead’s id.', 67890)),
      query: Type.Optional(
        Text('Text for amoCRM’s full-text search.', { maxLength: 255, examples: ['Важная сделка'] }),
      ),
    },
    { anyOf: [{ required: ['lead_id'] }, { required: ['query'] }] },
  ),
  result: Result({
    found: Type.Boolean({ description: 'Whether there is such a lead.' }),
    lead: orNull(ReadLead),
    count: Type.Integer({ description: 'Hits on the first page; 1 or 0 by id.' }),
  }),
  examples: [
    { summary: 'The least', params: { lead_id: 67890 }, result: { found: true, lead: readLeadExample, count: 1 } },
    { summary: 'Nothing found', params: { query: 'нет такой' }, result: { found: false, lead: null, count: 0 } },
  ],
  run: (params, amo) => find(amo, params),
});

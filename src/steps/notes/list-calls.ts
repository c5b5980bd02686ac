import { callListParams, ListedCall, listCalls as list } from '../../amocrm/entities/phone-calls/list-calls.ts';
import { bothOrNone } from '../../schemas/named.ts';
import { defineListStep, pageExample } from '../define-list-step.ts';
import { Params } from '../define-step.ts';

const call = {
  id: 37512063,
  entity_id: 67890,
  entity_type: 'leads',
  note_type: 'call_in',
  params: { uniq: 'pbx-42', duration: 73, source: 'Asterisk', phone: '+79001234567', call_status: 4 },
  responsible_user_id: 8000001,
  created_by: 8000001,
  created_at: 1_790_000_000,
  updated_at: 1_790_000_000,
};

export const listCalls = defineListStep({
  type: 'amocrm_list_calls',
  label: 'список звонков',
  summary: 'Lists the calls of an entity or of the account, a page at a time.',
  description:
    'The latest first. amoCRM has no list of calls: with `entity_type` and `entity_id` these are the notes `call_in` and ' +
    '`call_out` of the entity, else the notes that the account’s events of calls name, so a page may hold fewer than ' +
    '`limit` where notes are gone.',
  tag: 'Notes and calls',
  outputVar: 'calls',
  params: Params('calls', callListParams, bothOrNone('entity_type', 'entity_id')),
  item: ListedCall,
  failures: ['ENTITY_NOT_FOUND'],
  examples: [
    {
      summary: 'The least',
      params: { entity_type: 'leads', entity_id: 67890 },
      result: pageExample('calls', call, 100),
    },
    {
      summary: 'All calls of an account that has none',
      params: { limit: 10, output_var: 'latest_calls' },
      result: { calls: [], count: 0, page: 1, limit: 10, has_more: false },
    },
  ],
  run: (params, amo) => list(amo, params),
});

import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const list = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> => step('amocrm_list_notes', params);
const typesOf = ({ body }: Answer): string[] =>
  body.result.notes.map(({ note_type }: { note_type: string }) => note_type);

t.test('the notes of one entity, the newest first', async (t) => {
  const service = await startService(t);
  const answer = await list(service, { entity_type: 'lead', entity_id: 67890 });
  t.strictSame(typesOf(answer), ['call_in', 'common']);
  t.match(answer.body.result, { count: 2, page: 1, limit: 250, has_more: false });
  t.strictSame(readsOf(service.sandbox, 'leads/67890/notes'), ['order[id]=desc&limit=250&page=1']);
});

t.test('those of a type of entities, by type and time of change, without the paid add-on', async (t) => {
  const service = await startService(t);
  t.strictSame(typesOf(await list(service, { entity_type: 'leads', note_type: 'call_in, call_out' })), ['call_in']);
  const filter = { 'filter[updated_at]': '1700000000', entity_id: 67890, id: [1, 2] };
  await list(service, { entity_type: 'leads', filter, order: { updated_at: 'asc' }, with: 'is_pinned', limit: 10 });
  await list(service, { entity_type: 'leads', filter: { updated_at: { from: 1, to: 2 } } });
  t.strictSame(readsOf(service.sandbox, 'leads/notes'), [
    'filter[note_type][]=call_in&filter[note_type][]=call_out&order[id]=desc&limit=250&page=1',
    'with=is_pinned&filter[entity_id][]=67890&filter[id][]=1&filter[id][]=2&filter[updated_at][from]=1700000000&order[updated_at]=asc&limit=10&page=1',
    'filter[updated_at][from]=1&filter[updated_at][to]=2&order[id]=desc&limit=250&page=1',
  ]);
});

t.test('an entity without notes is an empty list, one that is not there a failure', async (t) => {
  const service = await startService(t);
  t.match((await list(service, { entity_type: 'contacts', entity_id: 12345 })).body.result, { count: 0, notes: [] });
  const absent = await list(service, { entity_type: 'contacts', entity_id: 404 });
  t.strictSame(failureOf(absent), [404, 'ENTITY_NOT_FOUND', 'params.entity_id']);
});

t.test('what cannot be used is refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{}, 'params.entity_type'],
    [{ entity_type: 'tasks' }, 'params.entity_type'],
    [{ entity_type: 'leads', note_type: 'comon' }, 'params.note_type'],
    [{ entity_type: 'leads', filter: { note_type: ['nope'] } }, 'params.filter.note_type[0]'],
    [{ entity_type: 'leads', filter: { updated_at: 'вчера' } }, 'params.filter.updated_at'],
    [{ entity_type: 'leads', order: { created_at: 'asc' } }, 'params.order.created_at'],
    [{ entity_type: 'leads', entity_id: 1, filter: { entity_id: 1 } }, 'params.filter.entity_id'],
    [{ entity_type: 'leads', note_type: 'common', filter: { note_type: 'common' } }, 'params.filter.note_type'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await list(service, params)), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

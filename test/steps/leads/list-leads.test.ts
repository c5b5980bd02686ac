import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const list = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> => step('amocrm_list_leads', params);
const filtered = { sandbox: { filterAddon: true } };

interface Row {
  id: number;
  pipeline_id: number;
  status_id: number;
}
const placesOf = ({ body }: Answer): string[] => {
  const leads: Row[] = body.result.leads;
  return [...new Set(leads.map(({ pipeline_id, status_id }) => `${pipeline_id}/${status_id}`))];
};

t.test('all leads, with what amoCRM is asked to add', async (t) => {
  const service = await startService(t);
  const { body } = await list(service, { with: ['loss_reason', 'contacts'], order: { id: 'asc' }, limit: 2 });
  t.match(body.result, { count: 2, page: 1, limit: 2, has_more: true, leads: [{ id: 67890 }, { id: 67891 }] });
  t.match(body.result.leads[0]._embedded.contacts, [{ is_main: true }]);
  t.strictSame(readsOf(service.sandbox, 'leads'), ['with=contacts,loss_reason&order[id]=asc&limit=2&page=1']);
});

t.test('leads in the bin are listed where they are asked for, and are not remembered as there', async (t) => {
  const service = await startService(t, filtered);
  const { status, body } = await list(service, { with: 'only_deleted,is_price_modified_by_robot' });
  t.equal(status, 200);
  t.match(body.result.leads, [{ id: 67898, is_deleted: true, fields: {} }]);
  t.match(readsOf(service.sandbox, 'leads'), [/^with=is_price_modified_by_robot,only_deleted&/]);
  t.match((await list(service, { pipeline_id: 1, with: ['only_deleted'] })).body.result, { count: 1 });
  const note = await service.step('amocrm_add_note', { entity_type: 'lead', entity_id: 67898, text: 'Да' });
  t.strictSame(failureOf(note), [404, 'ENTITY_NOT_FOUND', 'params.entity_id']);
  const shown = await list(service, { with: ['is_price_modified_by_robot'] });
  t.match(shown.body.result.leads, [{ is_price_modified_by_robot: false }]);
});

t.test('a pipeline by name', async (t) => {
  const service = await startService(t, filtered);
  const answer = await list(service, { pipeline: 'повторные продажи' });
  t.strictSame(placesOf(answer).sort(), ['7202/7212', '7202/7213']);
  t.match(readsOf(service.sandbox, 'leads'), [/^filter\[pipeline_id\]\[\]=7202&limit/]);
});

t.test('a status by name goes with its pipeline, given or not', async (t) => {
  const service = await startService(t, filtered);
  t.strictSame(placesOf(await list(service, { pipeline: 'Продажи', status: 'переговоры' })), ['1/1003']);
  t.strictSame(placesOf(await list(service, { status: 'Смета отправлена' })), ['7202/7213']);
  t.strictSame(placesOf(await list(service, { status_id: 7213 })), ['7202/7213']);
  t.match(readsOf(service.sandbox, 'leads'), [
    /^filter\[statuses\]\[0\]\[pipeline_id\]=1&filter\[statuses\]\[0\]\[status_id\]=1003&limit/,
    /=7202&.*=7213&limit/,
    /=7202&.*=7213&limit/,
  ]);
});

t.test('won and lost without a pipeline mean those of all', async (t) => {
  const service = await startService(t, filtered);
  for (const params of [{ status: 'won' }, { status_id: 142 }, { status: 'Успешно реализовано' }]) {
    t.strictSame(placesOf(await list(service, params)), ['1/142']);
  }
  for (const read of readsOf(service.sandbox, 'leads')) {
    t.match(
      read,
      /\[0\]\[pipeline_id\]=1&.*\[0\]\[status_id\]=142&.*\[1\]\[pipeline_id\]=7202&.*\[1\]\[status_id\]=142&/,
    );
  }
});

t.test('a pipeline and a status by id need no list of pipelines', async (t) => {
  const service = await startService(t, filtered);
  await list(service, { pipeline_id: 1, status_id: 143 });
  t.strictSame(readsOf(service.sandbox, 'leads/pipelines'), []);
});

t.test('a status that several pipelines have is ambiguous, and they are named', async (t) => {
  const service = await startService(t, filtered);
  const other = service.sandbox.store.pipelines.get(7202);
  other?.statuses.push({ id: 7299, name: 'Переговоры', sort: 50, is_editable: true, color: '#98cbff', type: 0 });
  const answer = await list(service, { status: 'Переговоры' });
  t.strictSame(failureOf(answer), [422, 'AMBIGUOUS_NAME', 'params.status']);
  t.match(answer.body.errors[0].message, /1003 \("Продажи"\), 7299 \("Повторные продажи"\)/);
});

t.test('a status of an archived pipeline is meant only where no live one has it', async (t) => {
  const service = await startService(t, filtered);
  const other = service.sandbox.store.pipelines.get(7202);
  other?.statuses.push({ id: 7299, name: 'Переговоры', sort: 50, is_editable: true, color: '#98cbff', type: 0 });
  Object.assign(other ?? {}, { is_archive: true });
  t.strictSame(placesOf(await list(service, { status: 'Переговоры' })), ['1/1003']);
  t.strictSame(placesOf(await list(service, { status: 'Смета отправлена' })), ['7202/7213']);
});

t.test('a status that no pipeline has is unknown', async (t) => {
  const service = await startService(t, filtered);
  const byName = await list(service, { status: 'Переговор' });
  t.strictSame(failureOf(byName), [422, 'UNKNOWN_NAME', 'params.status']);
  t.match(byName.body.errors[0].message, /no pipeline has a status "Переговор"; did you mean "Переговоры"/);
  t.strictSame(failureOf(await list(service, { status_id: 9 })), [422, 'UNKNOWN_NAME', 'params.status_id']);
  t.strictSame(failureOf(await list(service, { pipeline: 'Нет' })), [422, 'UNKNOWN_NAME', 'params.pipeline']);
  t.strictSame(readsOf(service.sandbox, 'leads'), []);
});

t.test('filters of leads alone', async (t) => {
  const service = await startService(t, filtered);
  const filter = { price: { from: 60_000 }, statuses: [{ pipeline_id: 1, status_id: '142' }], closed_at: { from: 1 } };
  const { body } = await list(service, { filter });
  t.ok(body.result.leads.every(({ price }: { price: number }) => price >= 60_000));
  t.match(readsOf(service.sandbox, 'leads'), [/filter\[statuses\]\[0\]\[status_id\]=142&/]);
  const answer = await list(service, { status: 'won', filter: { statuses: [{ pipeline_id: 1, status_id: 142 }] } });
  t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', 'params.filter.statuses']);
  const half = await list(service, { filter: { statuses: [{ status_id: 142 }] } });
  t.strictSame(failureOf(half), [400, 'INVALID_REQUEST', 'params.filter.statuses[0].pipeline_id']);
});

t.test('without the add-on a pipeline is refused too', async (t) => {
  const service = await startService(t);
  for (const params of [{ pipeline_id: 1 }, { pipeline: 'Продажи' }, { status_id: 142 }, { status: 'won' }]) {
    const path = `params.${Object.keys(params)[0]}`;
    t.strictSame(failureOf(await list(service, params)), [422, 'FILTERS_UNAVAILABLE', path]);
  }
});

t.test('a list that does not fit the pipeline, the status or the price is never handed out', async (t) => {
  for (const params of [
    { pipeline: 'Повторные продажи' },
    { status: 'Смета отправлена' },
    { filter: { statuses: [{ pipeline_id: 1, status_id: 9 }] } },
    { filter: { price: { from: 999_999_999 } } },
    { filter: { closed_at: { from: 4_000_000_000 } } },
    { filter: { closed_at: { to: 1 } } },
    { filter: { closest_task_at: { to: 1 } } },
    { filter: { custom_fields_values: { BUDGET: { to: 1 } } } },
  ]) {
    const service = await startService(t, filtered);
    t.equal((await list(service, params)).status, 200, JSON.stringify(params));
    service.sandbox.settings.filterAddon = false;
    const [status, code] = failureOf(await list(service, params));
    t.strictSame([status, code], [422, 'FILTERS_UNAVAILABLE'], JSON.stringify(params));
  }
});

import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';

const type = 'amocrm_list_calls';
/** Contact 12346 has this number and one open lead, 67891. */
const known = '+79001234567';

const add = async ({ step }: Service, params: object): Promise<number> => {
  const { body } = await step('amocrm_create_call', { phone: known, ...params });
  return body.result.call_id;
};

t.test('calls of an entity are its notes of calls, the latest first', async (t) => {
  const service = await startService(t);
  const on = { entity_type: 'contacts', entity_id: 12345 };
  const first = await add(service, { ...on, direction: 'inbound' });
  await service.step('amocrm_add_note', { ...on, note_text: 'Не звонок' });
  const second = await add(service, on);
  await add(service, { entity_type: 'contacts', entity_id: 12347 });
  const { status, body } = await service.step(type, { entity_type: 'contact', entity_id: '12345' });
  t.equal(status, 200, body.detail);
  t.match(body.result, { count: 2, page: 1, limit: 100, has_more: false });
  t.match(body.result.calls, [
    { id: second, note_type: 'call_out', ...on, params: { phone: known, source: 'bot' } },
    { id: first, note_type: 'call_in', ...on },
  ]);
  t.strictSame(body.context, { calls: body.result });
  t.strictSame(readsOf(service.sandbox, 'events'), []);
});

t.test('calls of the account are found by its events, on whatever they stand', async (t) => {
  const service = await startService(t);
  const { sandbox, step } = service;
  const made = [
    { id: await add(service, {}), entity_type: 'leads', entity_id: 67891 },
    ...(await addTo('contacts', 12345)),
    ...(await addTo('companies', 33001)),
    ...(await addTo('customers', 98001)),
    ...(await addTo('leads', 67890)),
  ].toReversed();
  await step('amocrm_add_note', { entity_type: 'leads', entity_id: 67890, note_text: 'Не звонок' });
  const before = sandbox.requests.length;
  const { body } = await step(type, {});
  t.match(body.result, { count: 5, page: 1, limit: 100, has_more: false });
  t.match(body.result.calls, made);
  t.equal(sandbox.requests.length - before, 5, 'events, and one read for each type of entity');

  const pages = [
    await step(type, { limit: 2 }),
    await step(type, { limit: 2, page: 2 }),
    await step(type, { limit: 2, page: 3 }),
  ];
  t.strictSame(
    pages.flatMap((page) => page.body.result.calls.map(({ id }: { id: number }) => id)),
    made.map(({ id }) => id),
  );
  t.strictSame(
    pages.map((page) => page.body.result.has_more),
    [true, true, false],
  );

  async function addTo(entity_type: string, entity_id: number) {
    return [{ id: await add(service, { entity_type, entity_id }), entity_type, entity_id }];
  }
});

t.test('a note that is gone since its event is left out', async (t) => {
  const service = await startService(t);
  const gone = await add(service, {});
  const kept = await add(service, {});
  service.sandbox.store.notes.leads.delete(gone);
  const { body } = await service.step(type, {});
  t.match(body.result, { count: 1, calls: [{ id: kept }] });
});

t.test('an account or an entity without calls gives an empty list', async (t) => {
  const { step } = await startService(t);
  const none = { calls: [], count: 0, page: 1, limit: 100, has_more: false };
  t.strictSame((await step(type, {})).body.result, { success: true, ...none });
  t.strictSame((await step(type, { entity_type: 'leads', entity_id: 67891 })).body.result, { success: true, ...none });
});

t.test('the entity must exist, and is named whole; a page has 100 at most', async (t) => {
  const { step, sandbox } = await startService(t);
  const absent = await step(type, { entity_type: 'leads', entity_id: 999_999 });
  t.strictSame(failureOf(absent), [404, 'ENTITY_NOT_FOUND', 'params.entity_id']);
  const before = sandbox.requests.length;
  const bad: [object, string][] = [
    [{ entity_type: 'leads' }, 'params.entity_id'],
    [{ entity_id: 67890 }, 'params.entity_type'],
    [{ limit: 101 }, 'params.limit'],
    [{ page: 0 }, 'params.page'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await step(type, params)), [400, 'INVALID_REQUEST', path]);
  }
  t.equal(sandbox.requests.length, before);
  t.strictSame(writesTo(sandbox), []);
});

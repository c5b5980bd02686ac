import t from 'tap';
import type { FaultAction, Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { Kind } from '../../../src/sandbox/store/models.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent, plantContact, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const add = 'amocrm_add_tags';
const remove = 'amocrm_remove_tags';
const named = (names: readonly string[]) => names.map((name) => ({ name }));

function tagsOf({ store }: Sandbox, kind: Kind, id: number): string[] {
  return store[kind].get(id)?.tags.map((tag) => store.tags[kind].get(tag)?.name ?? '') ?? [];
}

const owners: [kind: Kind, singular: string, id: number][] = [
  ['leads', 'lead', 67890],
  ['contacts', 'contact', 12345],
  ['companies', 'company', 33001],
  ['customers', 'customer', 98001],
];
for (const [kind, singular, id] of owners) {
  t.test(`tags of ${kind} are added and removed, the others stay`, async (t) => {
    const { sandbox, step } = await startService(t);
    const before = tagsOf(sandbox, kind, id);
    const tags = ['Новый', 'Ещё один'];
    const added = await step(add, { entity_type: kind, entity_id: id, tags });
    t.strictSame(added.body.result, { success: true, tags, updated: true, added: tags });
    t.strictSame(added.body.context, { tags_added: added.body.result });
    t.strictSame(tagsOf(sandbox, kind, id), [...before, ...tags]);
    const removed = await step(remove, { entity_type: singular, entity_id: `${id}`, tags });
    t.strictSame(removed.body.result, { success: true, tags, updated: true, removed: tags });
    t.strictSame(removed.body.context, { tags_removed: removed.body.result });
    t.strictSame(tagsOf(sandbox, kind, id), before);
    t.strictSame(itemsSent(sandbox, kind, 'PATCH'), [
      { id, tags_to_add: named(tags) },
      { id, tags_to_delete: named(tags) },
    ]);
  });
}

/** Contact 12345 has the tags «VIP» and «рассылка». */
const contact = { entity_type: 'contacts', entity_id: 12345 };

t.test('only what differs is sent, each tag once, and nothing where nothing differs', async (t) => {
  const { sandbox, step } = await startService(t);
  const given = ['VIP', 'Новый', 'Новый'];
  const resultOf = async (type: string, tags: string[]) => (await step(type, { ...contact, tags })).body.result;
  t.strictSame(await resultOf(add, given), { success: true, tags: given, updated: true, added: ['Новый'] });
  t.strictSame(await resultOf(add, given), { success: true, tags: given, updated: false, added: [] });
  const off = ['Новый', 'Нет такого'];
  t.strictSame(await resultOf(remove, off), { success: true, tags: off, updated: true, removed: ['Новый'] });
  t.strictSame(await resultOf(remove, off), { success: true, tags: off, updated: false, removed: [] });
  t.strictSame(itemsSent(sandbox, 'contacts', 'PATCH'), [
    { id: 12345, tags_to_add: [{ name: 'Новый' }] },
    { id: 12345, tags_to_delete: [{ name: 'Новый' }] },
  ]);
});

t.test('a tag is removed whatever its case and outer spaces', async (t) => {
  const { sandbox, step } = await startService(t);
  const folded = (await step(remove, { ...contact, tags: [' vip', 'VIP', 'РАССЫЛКА'] })).body.result;
  t.match(folded, { updated: true, removed: ['VIP', 'рассылка'] });
  t.strictSame(itemsSent(sandbox, 'contacts', 'PATCH'), [{ id: 12345, tags_to_delete: named(['VIP', 'рассылка']) }]);
  t.strictSame(tagsOf(sandbox, 'contacts', 12345), []);
  // Somebody may have made both in amoCRM's own window.
  for (const name of ['бот', 'Бот']) {
    sandbox.store.contacts.get(12345)?.tags.push(sandbox.store.tagId('contacts', name, null));
  }
  t.match((await step(remove, { ...contact, tags: ['бот'] })).body.result, { updated: true });
  t.strictSame(tagsOf(sandbox, 'contacts', 12345), ['Бот'], 'the spelling that was given comes first');
});

t.test('a tag that is there in another spelling is not added beside it', async (t) => {
  const { sandbox, step } = await startService(t);
  const { result } = (await step(add, { ...contact, tags: ['vip', ' РАССЫЛКА', 'Бот', 'бот '] })).body;
  t.match(result, { updated: true, added: ['Бот'] });
  t.match((await step(add, { ...contact, tags: ['БОТ', ' VIP'] })).body.result, { updated: false, added: [] });
  const update = { contact_id: 12345, update_data: { tags: ['Vip', 'Новый', 'новый'] } };
  t.match((await step('amocrm_update_contact', update)).body.result, { updated: true, updated_fields: ['tags'] });
  t.strictSame(tagsOf(sandbox, 'contacts', 12345), ['VIP', 'рассылка', 'Бот', 'Новый']);
});

t.test('tags of 100 entities at once share their calls', async (t) => {
  const { sandbox, step } = await startService(t, { sandbox: { latencyMs: 30 } });
  const ids = Array.from({ length: 100 }, () => plantContact(sandbox, {}));
  const answers = await Promise.all(
    ids.map((entity_id) => step(add, { entity_type: 'contacts', entity_id, tags: ['бот'] })),
  );
  t.ok(answers.every(({ body }) => body.result?.updated === true));
  t.ok(writesTo(sandbox).length <= 6, `${writesTo(sandbox).length} calls`);
  t.ok(ids.every((id) => tagsOf(sandbox, 'contacts', id).join() === 'бот'));
});

t.test('changes of one entity go one after another and lose nothing', async (t) => {
  const { sandbox, step } = await startService(t, { sandbox: { latencyMs: 10 } });
  await Promise.all([
    ...['a', 'b', 'c'].map((tag) => step(add, { ...contact, tags: [tag] })),
    step('amocrm_update_contact', { contact_id: 12345, tags: ['d'] }),
    step(remove, { ...contact, tags: ['VIP'] }),
  ]);
  t.strictSame(tagsOf(sandbox, 'contacts', 12345), ['рассылка', 'a', 'b', 'c', 'd']);
});

const inDoubt: [how: string, action: FaultAction, calls: number][] = [
  ['dropped before it was done', { kind: 'drop' }, 2],
  ['dropped after it was done', { kind: 'after', next: { kind: 'drop' } }, 1],
  ['answered 504 after it was done', { kind: 'after', next: { kind: 'status', status: 504, body: 'html' } }, 1],
  ['answered 502 and not done', { kind: 'status', status: 502, body: 'html' }, 2],
];
for (const [how, action, calls] of inDoubt) {
  t.test(`a change that is ${how} is done once`, async (t) => {
    for (const type of [add, remove]) {
      const { sandbox, step } = await startService(t, { clock: createUnhurriedClock(15) });
      sandbox.faults.add({ method: 'PATCH', action });
      const tags = type === add ? ['Новый'] : ['VIP'];
      t.match(await step(type, { ...contact, tags }), { status: 200, body: { result: { updated: true } } });
      const wanted = type === add ? ['VIP', 'рассылка', 'Новый'] : ['рассылка'];
      t.strictSame(tagsOf(sandbox, 'contacts', 12345), wanted);
      t.equal(writesTo(sandbox).length, calls);
    }
  });
}

t.test('under a key what an earlier attempt has done is told as updated', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '100' }, second: 15 });
  const { sandbox } = service;
  sandbox.faults.add({ method: 'PATCH', action: { kind: 'after', next: { kind: 'hang' } } });
  sandbox.faults.add({ method: 'GET', times: 6, skip: 1, action: { kind: 'hang' } });
  const send = () => service.step(remove, { ...contact, tags: ['VIP'] }, 'k');
  t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
  sandbox.faults.clear();
  await service.crash();
  t.match(await send(), { status: 200, body: { result: { updated: true, removed: ['VIP'] } } });
  t.strictSame(tagsOf(sandbox, 'contacts', 12345), ['рассылка']);
});

t.test('an entity that does not exist is 404, and what amoCRM refuses is told by the param', async (t) => {
  const { sandbox, step } = await startService(t);
  for (const type of [add, remove]) {
    const missing = await step(type, { entity_type: 'leads', entity_id: 999_999, tags: ['x'] });
    t.strictSame(failureOf(missing), [404, 'ENTITY_NOT_FOUND', 'params.entity_id']);
  }
  t.strictSame(writesTo(sandbox), []);
  const errors = [{ code: 'InvalidType', path: 'tags_to_add.0.name', detail: 'No.' }];
  const body = { status: 400, 'validation-errors': [{ request_id: '0', errors }] };
  sandbox.faults.add({ method: 'PATCH', action: { kind: 'status', status: 400, body } });
  t.strictSame(failureOf(await step(add, { ...contact, tags: ['x'] })), [422, 'AMOCRM_REJECTED', 'params.tags']);
});

t.test('tags that cannot be used are refused before amoCRM is asked', async (t) => {
  const { sandbox, step } = await startService(t);
  const bad: [unknown, string][] = [
    [[], 'params.tags'],
    [undefined, 'params.tags'],
    [[' '], 'params.tags[0]'],
    [['x', null], 'params.tags[1]'],
  ];
  for (const [tags, path] of bad) {
    t.strictSame(failureOf(await step(add, { ...contact, tags })), [400, 'INVALID_REQUEST', path]);
  }
  t.strictSame(sandbox.requests, []);
});

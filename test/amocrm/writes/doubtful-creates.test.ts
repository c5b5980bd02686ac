import t from 'tap';
import { contacts } from '../../../src/amocrm/entities/contacts/collection.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { newest } from '../../../src/amocrm/reads/newest.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startKeyed, until } from '../../fixtures/keyed.ts';
import { writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const createLead = 'amocrm_create_lead';
const createContact = 'amocrm_create_contact';
const impatient = { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '1500' };
const quick = () => createUnhurriedClock(15);

function named({ store }: Sandbox, name: string) {
  return [...store.leads.values(), ...store.contacts.values()].filter((entity) => entity.name === name);
}

t.test('a create that is carried out long after its time-out is found under its key, not written again', async (t) => {
  for (const [before, after] of [
    [200, 0],
    [200, 100],
    [0, 200],
  ] as const) {
    const service = await startKeyed(t, { env: impatient });
    service.sandbox.faults.add({ method: 'POST', action: { kind: 'late' } });
    const send = () => service.step(createLead, { name: 'Поздняя' }, 'k');
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    service.travel(before);
    await service.sandbox.waiting.release();
    service.travel(after);
    const [lead] = named(service.sandbox, 'Поздняя');
    t.match(await send(), { status: 200, body: { result: { lead_id: lead?.id } } }, `${before} + ${after} s`);
    t.equal(named(service.sandbox, 'Поздняя').length, 1);
  }
});

t.test('a page that holds an imported entity with an old date is not the last that is read', async (t) => {
  const now = 1_800_000_000;
  const pages = [
    [7, 6],
    [5, 4],
    [3, 2],
  ].map((ids, index) => ({
    _embedded: { contacts: ids.map((id) => ({ id, created_at: id === 6 || id < 4 ? 1_500_000_000 : now })) },
    _links: { next: { href: `http://127.0.0.1/api/v4/contacts?page=${index + 2}` } },
  }));
  const operation = startOperation('bot', 60_000, []);
  t.teardown(() => operation.end());
  const found = await newest(
    async () => pages.shift(),
    operation,
    contacts,
    now - 5,
    () => true,
  );
  t.same(
    found?.map(({ id }) => id),
    [7, 5, 4],
  );
});

t.test('a list that does not come newest first proves the absence of nothing but a single page', async (t) => {
  const operation = startOperation('bot', 60_000, []);
  t.teardown(() => operation.end());
  const next = { next: { href: 'http://127.0.0.1/api/v4/contacts?page=2' } };
  for (const [links, expected] of [
    [next, undefined],
    [{}, []],
  ] as const) {
    const page = { _embedded: { contacts: [1, 2, 3].map((id) => ({ id, created_at: 1_500_000_000 })) }, _links: links };
    const found = await newest(
      async () => page,
      operation,
      contacts,
      1_800_000_000,
      () => true,
    );
    t.strictSame(found, expected);
  }
});

t.test('what an equal create on the wire may own is left to that', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '10000', STEP_DEADLINE_MS: '30000' }, second: 15 });
  const { sandbox, step, travel } = service;
  sandbox.faults.add({ method: 'POST', action: { kind: 'status', status: 504, body: 'html' } });
  const mine = () => step(createLead, { name: 'Близнец' }, 'mine');
  t.match(await mine(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } }, 'never carried out');
  travel(20);
  sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'delay' } } });
  const others = step(createLead, { name: 'Близнец' });
  await until(() => named(sandbox, 'Близнец').length === 1);
  const again = mine();
  await until(
    () => sandbox.requests.filter(({ method, path }) => method === 'GET' && path === '/api/v4/leads').length > 3,
  );
  await sandbox.waiting.release();
  const [lead] = named(sandbox, 'Близнец');
  t.match(await others, { status: 200, body: { result: { lead_id: lead?.id } } });
  t.match(await again, { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  travel(700);
  const { body } = await mine();
  t.match(body, { success: true });
  t.not(body.result.lead_id, lead?.id);
  t.equal(named(sandbox, 'Близнец').length, 2);
});

t.test('an id that an answer without a key has named is nobody else’s after a restart', async (t) => {
  const { sandbox, step, crash, rows } = await startKeyed(t, { env: impatient });
  t.equal((await step(createLead, { name: 'Близнец' })).status, 200);
  await until(() => rows('claims').length === 1);
  await crash();
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  t.match(await step(createLead, { name: 'Близнец' }, 'k'), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
});

for (const hour of [-3600, 3600]) {
  t.test(`a step of our clock by ${hour} s changes nothing for a create in doubt`, async (t) => {
    for (const isDone of [true, false]) {
      const { sandbox, step, stepClock, crash } = await startKeyed(t, { env: impatient });
      t.equal((await step(createContact, { name: 'Первый' })).status, 200);
      sandbox.faults.add({ method: 'POST', action: isDone ? { kind: 'late' } : { kind: 'hang' } });
      const send = () => step(createLead, { name: 'Через час' }, 'k');
      t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
      await sandbox.waiting.release();
      stepClock(hour);
      await crash();
      const { status, headers } = await send();
      t.equal(status, isDone ? 200 : 504);
      if (!isDone) t.match(headers['retry-after'], /^([1-6]?\d|7\d)$/, 'the two waits together at most');
      t.equal(named(sandbox, 'Через час').length, isDone ? 1 : 0);
    }
  });
}

for (const how of [
  'missing-item',
  'doubled-request-id',
  'unknown-request-id',
  'shared-id',
  'zero-id',
  'out-of-order',
] as const) {
  t.test(`an answer to a batch with ${how} names nobody falsely`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick() });
    sandbox.faults.add({ method: 'POST', action: { kind: 'wrong-answer', how, at: 1 } });
    const names = ['Анна', 'Борис', 'Вера', 'Глеб'];
    const answers = await Promise.all(names.map((name) => step(createContact, { name })));
    for (const [index, { status, body }] of answers.entries()) {
      t.equal(status, 200);
      t.equal(sandbox.store.contacts.get(body.result.contact_id)?.name, names[index]);
    }
    for (const name of names) t.equal(named(sandbox, name).length, 1);
  });
}

t.test('looks go on while amoCRM cannot be read, the breaker’s pause included', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'drop' } } });
  sandbox.faults.add({ method: 'GET', path: '/api/v4/contacts', times: 12, action: { kind: 'status', status: 503 } });
  const creating = Array.from({ length: 20 }, (_, index) => step(createContact, { name: `Пауза ${index}` }));
  const codes = new Set((await Promise.all(creating)).map(({ status, body }) => `${status} ${body.code ?? ''}`));
  t.same([...codes], ['200 ']);
  t.equal(writesTo(sandbox).length, 1);
});

t.test('those that were refused with another are looked for until that can be done', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  sandbox.faults.add({ method: 'GET', path: '/api/v4/contacts', times: 12, action: { kind: 'status', status: 503 } });
  const invalid = step(createContact, { name: 'x', responsible_user_id: 1 });
  const good = Array.from({ length: 19 }, (_, index) => step(createContact, { name: `Рядом ${index}` }));
  t.match(await invalid, { status: 422 });
  t.same([...new Set((await Promise.all(good)).map(({ status }) => status))], [200]);
});

t.test('in a black hole a create is answered soon after its deadline', async (t) => {
  const clock = quick();
  const { sandbox, step } = await startService(t, { clock, env: { AMO_TIMEOUT_MS: '400', STEP_DEADLINE_MS: '1000' } });
  sandbox.faults.add({ times: Number.POSITIVE_INFINITY, action: { kind: 'hang' } });
  const asked = clock.now();
  t.match(await step(createContact, { name: 'Дыра' }), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  t.ok(clock.now() - asked < 1000 + 400 + 3 * 15 + 300, `${clock.now() - asked} ms`);
});

t.test('a create that has happened is answered, though what it mentions is gone since', async (t) => {
  const service = await startKeyed(t, { env: impatient });
  const { sandbox } = service;
  const writes: [string, object][] = [
    [createLead, { name: 'Связанная', contact_id: 12345 }],
    ['amocrm_add_note', { entity_type: 'contacts', entity_id: 12345, note_text: 'Связанная' }],
  ];
  for (const [type, params] of writes) {
    sandbox.faults.add({ method: 'POST', action: { kind: 'late' } });
    t.match(await service.step(type, params, type), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    await sandbox.waiting.release();
  }
  await service.restart();
  const gone = { kind: 'status', status: 204 } as const;
  sandbox.faults.add({ method: 'GET', path: /contacts$/, times: Number.POSITIVE_INFINITY, action: gone });
  for (const [type, params] of writes) t.equal((await service.step(type, params, type)).status, 200, type);
  t.equal(writesTo(sandbox).length, 2);
});

t.test('an id that an answer has named is nobody else’s for as long as a key is kept', async (t) => {
  const { sandbox, step, travel } = await startKeyed(t, { env: impatient });
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const lost = () => step(createLead, { name: 'Близнец' }, 'lost');
  t.match(await lost(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  for (const name of ['Близнец', 'Иная']) {
    travel(15_000);
    t.equal((await step(createLead, { name }, `k${name.length}`)).status, 200);
  }
  const { status, body } = await lost();
  t.equal(status, 200);
  t.same(
    named(sandbox, 'Близнец')
      .map(({ id }) => id)
      .includes(body.result.lead_id) && named(sandbox, 'Близнец').length,
    2,
  );
});

for (const status of [403, 422] as const) {
  t.test(`a create in doubt whose repetition is refused (${status}) is still looked for under its key`, async (t) => {
    const { sandbox, step } = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '1000', STEP_DEADLINE_MS: '5000' } });
    sandbox.faults.add({ method: 'POST', action: { kind: 'late', next: { kind: 'drop' } } });
    sandbox.faults.add({ method: 'POST', skip: 1, action: { kind: 'status', status, body: 'problem' } });
    const send = () => step(createLead, { name: 'Дважды' }, 'k');
    t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
    await sandbox.waiting.release();
    t.match(await send(), { status: 200, body: { result: { lead_id: named(sandbox, 'Дважды')[0]?.id } } });
    t.equal(named(sandbox, 'Дважды').length, 1);
  });
}

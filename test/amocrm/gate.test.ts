import t from 'tap';
import { contacts } from '../../src/amocrm/entities/contacts/collection.ts';
import { findOrCreateContact } from '../../src/amocrm/entities/contacts/contacts.ts';
import { parseFieldMap } from '../../src/amocrm/fields/field-map.ts';
import { startOperation } from '../../src/amocrm/operation/operation.ts';
import { createAmoService } from '../../src/amocrm/service.ts';
import { longLived } from '../../src/amocrm/wire/token-source.ts';
import { Problem } from '../../src/problems/problem.ts';
import type { RequestRecord } from '../../src/sandbox/sandbox.ts';
import { createFakeClock } from '../fixtures/fake-clock.ts';
import { ownHost } from '../fixtures/own-host.ts';
import { startService } from '../fixtures/service.ts';
import { simulateAmocrm } from '../fixtures/simulated-amocrm.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

/** The gate's own waits pass twenty times as fast; the sandbox's limit is off because it keeps real seconds. */
const quick = createUnhurriedClock(50);

/** A service layer of its own, without HTTP, for what is judged by the given clock. */
const serviceOptions = {
  baseUrl: 'https://example.amocrm.ru',
  authorize: longLived(() => 'token'),
  rateLimit: 7,
  batchSize: 50,
  timeoutMs: 10_000,
  memory: { load: () => undefined, save() {} },
  fieldMap: parseFieldMap('', 'none'),
  fieldsTtlSeconds: 900,
  doubtLog: { async add() {}, remove() {}, recent: async () => [] },
  doubts: [],
};

const createContact = 'amocrm_create_contact';
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

function writes(requests: readonly RequestRecord[]): RequestRecord[] {
  return requests.filter(({ method }) => method !== 'GET');
}

function sizes(requests: readonly RequestRecord[]): number[] {
  return writes(requests).map(({ body }) => (Array.isArray(body) ? body.length : 0));
}

t.test('60 steps at once at 7 a second all succeed, and amoCRM never says 429', async (t) => {
  const { step, sandbox } = await startService(t, { env: { AMO_RATE_LIMIT: '7' }, sandbox: { rateLimit: 7 } });
  const answers = await Promise.all([
    ...times(20, (index) => step(createContact, { name: `Контакт ${index}` })),
    ...times(20, (index) => step('amocrm_create_lead', { name: `Сделка ${index}`, contact_id: 12345 })),
    ...times(10, (index) =>
      step('amocrm_add_note', { entity_type: 'leads', entity_id: 67890, note_text: `Заметка ${index}` }),
    ),
    ...times(10, (index) => step('amocrm_find_contact', { email: `nobody-${index}@example.com` })),
  ]);
  t.ok(answers.every(({ status }) => status === 200));
  t.equal(sandbox.requests.filter(({ status }) => status === 429).length, 0);
  const arrivals = sandbox.requests.map(({ at }) => at);
  const densest = Math.max(
    ...arrivals.map((start) => arrivals.filter((at) => at >= start && at < start + 1000).length),
  );
  t.ok(densest <= 7, `${densest} in a second`);
});

t.test('who asks for an id that another is refused for is judged by his own deadline', async (t) => {
  const clock = createFakeClock();
  const { client } = simulateAmocrm(clock, () => 160);
  const { gate } = createAmoService({ ...serviceOptions, clock }, client);
  const operationFor = (ms: number) => startOperation('bot', ms, [], [], clock);
  const busy = Array.from({ length: 60 }, (_, index) =>
    gate.read('contacts', [['query', `x${index}`]], operationFor(60_000)).catch(() => undefined),
  );
  const others = Array.from({ length: 5_000 }, (_, index) => 1_000 + index);
  const queued = gate.findByIds(contacts, others, operationFor(60_000));
  await clock.advance(50);
  const ask = (ms: number) =>
    gate.findByIds(contacts, [7], operationFor(ms)).then(
      () => 'answered',
      ({ code }) => code,
    );
  const asked = Promise.all([ask(300), ask(29_000), ask(300)]);
  await clock.advance(30_000);
  t.strictSame(await asked, ['OVERLOADED', 'answered', 'OVERLOADED']);
  await Promise.all([...busy, queued]);
});

for (const count of [100, 150, 300]) {
  t.test(
    `of ${count} find-or-creates at once those are done that the limit allows, and no call is in vain`,
    async (t) => {
      const clock = createFakeClock();
      const { client, calls } = simulateAmocrm(clock, () => 50);
      const amo = createAmoService({ ...serviceOptions, clock }, client);
      const deadline = clock.now() + 30_000;
      const outcomes: ('done' | 'late' | Problem)[] = [];
      for (let index = 0; index < count; index += 1) {
        const operation = startOperation('bot', 30_000, [], [], clock);
        // By phone, in two spellings: two searches each, a look at the newest and a share of a create.
        findOrCreateContact({ ...amo, operation }, { name: 'Новый', phone: `+7999${1_000_000 + index}` })
          .then(
            () => outcomes.push(clock.now() <= deadline ? 'done' : 'late'),
            (problem) => outcomes.push(problem),
          )
          .finally(operation.end);
      }
      await clock.advance(40_000);
      const done = outcomes.filter((outcome) => outcome === 'done').length;
      const refused = outcomes.filter((outcome) => outcome instanceof Problem);
      // Seven calls in each second and its answer's time, two for each contact and some that all share.
      t.ok(done >= Math.min(count, 90), `${done} done`);
      t.equal(
        calls.filter(({ search }) => search !== undefined).length,
        done * 2,
        'no search for those who are refused',
      );
      t.equal(done + refused.length, count);
      t.ok(refused.every(({ code, retryAfter = 0 }) => code === 'OVERLOADED' && retryAfter >= 1));
    },
  );
}

t.test('a step on an idle service waits for no timer', async (t) => {
  const { step } = await startService(t, { clock: createFakeClock(performance.now()) });
  t.equal((await step(createContact, { name: 'Сразу' })).status, 200);
});

t.test('creates that wait together go out together, each answered with its own id', async (t) => {
  const { step, sandbox } = await startService(t, { sandbox: { latencyMs: 30 } });
  const answers = await Promise.all(times(100, (index) => step(createContact, { name: `Контакт ${index}` })));
  t.ok(writes(sandbox.requests).length <= 4, sizes(sandbox.requests).join(', '));
  t.ok(sizes(sandbox.requests).every((size) => size <= 50));
  for (const [index, { body }] of answers.entries()) {
    t.equal(sandbox.store.contacts.get(body.result.contact_id)?.name, `Контакт ${index}`);
  }
});

t.test('AMO_BATCH_SIZE bounds a call', async (t) => {
  const { step, sandbox } = await startService(t, { env: { AMO_BATCH_SIZE: '3' } });
  await Promise.all(times(20, (index) => step(createContact, { name: `Контакт ${index}` })));
  t.ok(Math.max(...sizes(sandbox.requests)) <= 3);
});

t.test('kinds of writes do not mix, and notes go by entity type', async (t) => {
  const { step, sandbox } = await startService(t);
  await Promise.all([
    ...times(5, () => step('amocrm_add_note', { entity_type: 'leads', entity_id: 67890, note_text: 'Л' })),
    ...times(5, () => step('amocrm_add_note', { entity_type: 'contacts', entity_id: 12345, note_text: 'К' })),
    ...times(5, () => step('amocrm_create_lead', { name: 'Сделка' })),
  ]);
  const paths = new Set(writes(sandbox.requests).map(({ path }) => path));
  t.same([...paths].sort(), ['/api/v4/contacts/notes', '/api/v4/leads', '/api/v4/leads/notes']);
});

t.test('updates of different contacts share a call, two of one contact never do', async (t) => {
  const { step, sandbox } = await startService(t, { sandbox: { latencyMs: 20 } });
  const ids = [12345, 12346, 12347, 12348, 12345];
  await Promise.all(
    ids.map((contact_id, index) =>
      step('amocrm_update_contact', { contact_id, update_data: { last_name: `Ф${index}` } }),
    ),
  );
  for (const { body } of writes(sandbox.requests)) {
    const sent: unknown[] = Array.isArray(body) ? body.map((item) => item.id) : [];
    t.equal(new Set(sent).size, sent.length);
  }
  t.ok(writes(sandbox.requests).length < ids.length);
});

t.test('concurrent checks of ids share one request', async (t) => {
  const { step, sandbox } = await startService(t, { sandbox: { latencyMs: 20 } });
  await Promise.all(
    [12345, 12346, 12347, 12348].map((contact_id) => step('amocrm_create_lead', { name: 'Сделка', contact_id })),
  );
  const reads = sandbox.requests.filter(({ method }) => method === 'GET');
  t.ok(reads.length <= 2, `${reads.length} reads for four ids`);
});

t.test('identical reads under way are one request', async (t) => {
  const { step, sandbox } = await startService(t, { sandbox: { latencyMs: 20 } });
  await Promise.all(times(10, () => step('amocrm_search', { query: 'Иван' })));
  t.equal(sandbox.requests.length, 1);
});

t.test('a read is not shared with one that was sent before a write of ours ended', async (t) => {
  const { step, sandbox } = await startService(t);
  sandbox.faults.add({ method: 'GET', action: { kind: 'delay', ms: 150 } });
  const early = step('amocrm_search', { query: 'Новичок' });
  await t.resolves(step(createContact, { name: 'Новичок' }));
  const late = await step('amocrm_search', { query: 'Новичок' });
  t.equal(late.body.result.count, 1);
  await early;
});

t.test('a read is tried three times in all', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  sandbox.faults.add({ times: 2, action: { kind: 'status', status: 502, body: 'html' } });
  t.equal((await step('amocrm_search', { query: 'Иван' })).status, 200);
  sandbox.faults.add({ times: 3, action: { kind: 'status', status: 502, body: 'html' } });
  const failed = await step('amocrm_search', { query: 'Мария' });
  t.match(failed, { status: 502, body: { code: 'AMOCRM_ERROR' } });
  t.equal(sandbox.requests.length, 6);
});

t.test('a read outlasts 429s as a write does', async (t) => {
  const { step, sandbox } = await startService(t, { clock: createUnhurriedClock(10) });
  sandbox.faults.add({ times: 5, action: { kind: 'too-many' } });
  t.equal((await step('amocrm_search', { query: 'Иван' })).status, 200);
  sandbox.faults.add({ times: 6, action: { kind: 'too-many' } });
  t.match(await step('amocrm_search', { query: 'Мария' }), { status: 503, body: { code: 'OVERLOADED' } });
});

const refusal = {
  'validation-errors': [{ request_id: '0', errors: [{ code: 'InvalidType', path: 'query', detail: 'Wrong.' }] }],
  title: 'Bad Request',
  status: 400,
};
const reads: [string, object, number, string, boolean][] = [
  ['a refused token', { kind: 'unauthorized' }, 502, 'AMOCRM_UNAUTHORIZED', false],
  ['an unpaid account', { kind: 'payment-required' }, 502, 'AMOCRM_PAYMENT_REQUIRED', false],
  ['validation errors', { kind: 'status', status: 400, body: refusal }, 502, 'AMOCRM_ERROR', false],
  ['a missing right', { kind: 'status', status: 403, body: 'problem' }, 502, 'AMOCRM_FORBIDDEN', false],
  ['a block', { kind: 'status', status: 403, body: 'html' }, 503, 'AMOCRM_UNAVAILABLE', true],
  ['an HTML page with 200', { kind: 'status', status: 200, body: 'html' }, 502, 'AMOCRM_ERROR', false],
  ['a cut body', { kind: 'cut', bytes: 20 }, 502, 'AMOCRM_ERROR', false],
  ['broken JSON', { kind: 'garbled' }, 502, 'AMOCRM_ERROR', false],
  ['a gateway time-out', { kind: 'status', status: 504, body: 'html' }, 504, 'AMOCRM_TIMEOUT', true],
  ['a dropped connection', { kind: 'drop' }, 503, 'AMOCRM_UNAVAILABLE', true],
];
for (const [what, action, status, code, retryable] of reads) {
  t.test(`a read that meets ${what} is ${code}`, async (t) => {
    const { app, step, sandbox } = await startService(t, { clock: quick });
    const rule = { times: Number.POSITIVE_INFINITY, action } as Parameters<typeof sandbox.faults.add>[0];
    sandbox.faults.add(rule);
    const answer = await step('amocrm_search', { query: 'Иван' });
    t.match(answer, { status, body: { code, retryable } });
    await app.close();
  });
}

t.test('no answer in time is AMOCRM_TIMEOUT for a read', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick, env: { AMO_TIMEOUT_MS: '100' } });
  sandbox.faults.add({ times: Number.POSITIVE_INFINITY, action: { kind: 'hang' } });
  t.match(await step('amocrm_search', { query: 'Иван' }), {
    status: 504,
    body: { code: 'AMOCRM_TIMEOUT', retryable: true },
  });
});

t.test('the deadline of a step ends a read that is on the wire', async (t) => {
  const { step, sandbox } = await startService(t, { env: { STEP_DEADLINE_MS: '150' } });
  sandbox.faults.add({ action: { kind: 'hang' } });
  t.match(await step('amocrm_search', { query: 'Иван' }), { status: 504, body: { code: 'DEADLINE_EXCEEDED' } });
});

t.test('a transient system error is tried again, twice', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  sandbox.faults.add({ method: 'POST', times: 2, action: { kind: 'system-error' } });
  t.equal((await step(createContact, { name: 'Один' })).status, 200);
  sandbox.faults.add({ method: 'POST', times: 3, action: { kind: 'system-error' } });
  t.match(await step(createContact, { name: 'Два' }), { status: 502, body: { code: 'AMOCRM_ERROR' } });
  t.equal([...sandbox.store.contacts.values()].filter(({ name }) => name === 'Два').length, 0);
});

const refusals: [string, unknown, number, string][] = [
  ['244', { status: 400, detail: 'Код ошибки 244. Обратитесь в поддержку' }, 502, 'AMOCRM_FORBIDDEN'],
  ['226', { status: 400, errors: [{ code: 226 }] }, 404, 'ENTITY_NOT_FOUND'],
  ['any other', { status: 400, detail: 'Bad Request' }, 502, 'AMOCRM_ERROR'],
];
for (const [which, body, status, code] of refusals) {
  t.test(`a single item with a 400 of code ${which} fails as ${code}`, async (t) => {
    const { step, sandbox } = await startService(t, { clock: quick });
    sandbox.faults.add({ method: 'POST', action: { kind: 'status', status: 400, body } });
    t.match(await step(createContact, { name: 'Один' }), { status, body: { code } });
  });
}

t.test('a 400 that names nobody is narrowed down by halves to the one that causes it', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick, sandbox: { latencyMs: 20 } });
  sandbox.faults.add({
    method: 'POST',
    skip: 2,
    times: 1,
    action: { kind: 'status', status: 400, body: { detail: 'Bad Request' } },
  });
  const answers = await Promise.all(times(10, (index) => step(createContact, { name: `Контакт ${index}` })));
  t.ok(answers.every(({ status }) => status === 200));
  t.equal([...sandbox.store.contacts.values()].filter(({ name }) => name.startsWith('Контакт ')).length, 10);
});

t.test('batches shrink after a 504 and grow again', async (t) => {
  const { step, sandbox } = await startService(t, {
    clock: quick,
    env: { AMO_BATCH_SIZE: '8' },
    sandbox: { latencyMs: 20 },
  });
  sandbox.faults.add({
    method: 'POST',
    action: { kind: 'after', next: { kind: 'status', status: 504, body: 'html' } },
  });
  const create = (name: string) => step(createContact, { name });
  const before = await Promise.all(times(8, (index) => create(`Контакт ${index}`)));
  const after = await Promise.all(times(80, (index) => create(`Ещё один ${index}`)));
  t.ok([...before, ...after].every(({ status }) => status === 200));
  const [first, second = 0, ...later] = sizes(sandbox.requests);
  t.equal(first, 8);
  t.ok(second < 8, `then ${second}`);
  t.ok(Math.max(...later) > second, `then ${later.join(', ')}`);
});

t.test('a read of ours that starts while amoCRM is gone fails fast once the breaker is open', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick, sandbox: { host: ownHost } });
  await sandbox.close();
  const answers = [];
  for (let index = 0; index < 3; index += 1) answers.push(await step('amocrm_search', { query: `Иван ${index}` }));
  t.match(answers[0], { status: 503, body: { code: 'AMOCRM_UNAVAILABLE', detail: /ECONNREFUSED/ } });
  t.match(answers[2], { status: 503, body: { code: 'AMOCRM_UNAVAILABLE', detail: /probe/ } });
  t.match(answers[2]?.headers['retry-after'], /^\d+$/);
});

t.test('/health does not displace work, and work that succeeds proves that amoCRM answers', async (t) => {
  const { app, step, sandbox } = await startService(t, {
    clock: createUnhurriedClock(400),
    env: { AMO_RATE_LIMIT: '1', HEALTH_CACHE_SECONDS: '1' },
  });
  t.equal((await app.inject('/health')).statusCode, 200);
  const before = sandbox.requests.length;
  const work = times(4, (index) => step('amocrm_search', { query: `Иван ${index}` }));
  await work[0];
  t.equal((await app.inject('/health')).statusCode, 200);
  await Promise.all(work);
  const asked = sandbox.requests.slice(before).map(({ path }) => path);
  t.same(new Set(asked.slice(0, 4)), new Set(['/api/v4/contacts']), 'the work went first');
});

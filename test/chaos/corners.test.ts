import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Outcome, UpstreamRequest } from '../../src/amocrm/client/client.ts';
import type { OutcomeKind } from '../../src/amocrm/client/kind-of.ts';
import { factsOf } from '../../src/amocrm/entities/call-facts.ts';
import { contacts } from '../../src/amocrm/entities/contacts/collection.ts';
import { createGate } from '../../src/amocrm/gate.ts';
import { startOperation } from '../../src/amocrm/operation/operation.ts';
import { createBreaker } from '../../src/amocrm/pace/breaker.ts';
import { newest } from '../../src/amocrm/reads/newest.ts';
import { silentObserver } from '../../src/amocrm/wire/observer.ts';
import { longLived } from '../../src/amocrm/wire/token-source.ts';
import { createWire } from '../../src/amocrm/wire/wire.ts';
import { loadConfig } from '../../src/config/config.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { buildWatchedApp } from '../fixtures/canary.ts';
import { createFakeClock, settle } from '../fixtures/fake-clock.ts';
import { plantContact } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

/** What seeded runs meet too rarely: each was a fault of the gate once. */

const quick = createUnhurriedClock(15);
const createContact = 'amocrm_create_contact';
const lost = { kind: 'after', next: { kind: 'drop' } } as const;
const noMemory = { load: () => undefined, save() {} };

t.test('the service starts during a block that it remembers, and sends nothing', async (t) => {
  const sandbox = await startSandbox();
  t.teardown(() => sandbox.close());
  const dataDir = await mkdtemp(join(tmpdir(), 'amocrm-steps-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const config = loadConfig({ AMO_BASE_URL: sandbox.url, AMO_ACCESS_TOKEN: sandbox.token, DATA_DIR: dataDir });
  const search = { method: 'POST', url: '/steps/amocrm_search', payload: { params: { query: 'Иван' } } } as const;
  sandbox.faults.add({ action: { kind: 'ban' } });
  for (const round of ['meets the block', 'starts again']) {
    const app = await buildWatchedApp({ config });
    const answer = await app.inject(search);
    t.match(answer.json(), { status: 503, code: 'AMOCRM_UNAVAILABLE' }, round);
    await app.close();
  }
  t.equal(sandbox.requests.length, 1);
});

t.test('a probe that is refused while it waits is followed by the next', async (t) => {
  const { clock, breaker, probes } = startBreaker(() => Promise.reject(new Error('refused')));
  breaker.observe('blocked');
  await clock.advance(91_000);
  t.equal(probes.length, 3);
});

t.test('a probe that fails after another call has succeeded does not stop the work again', async (t) => {
  const { promise, resolve } = Promise.withResolvers<OutcomeKind>();
  const { clock, breaker } = startBreaker(() => promise);
  for (let index = 0; index < 5; index += 1) breaker.observe('timeout');
  await clock.advance(5_100);
  breaker.observe('ok');
  resolve('timeout');
  await settle();
  t.equal(breaker.state, 'closed');
});

t.test('an entity that slips from one page to the next while the pages are read counts once', async (t) => {
  const now = Math.floor(Date.now() / 1000);
  const pages = [
    [5, 4, 3],
    [3, 2, 1],
  ].map((ids, index) => ({
    _embedded: { contacts: ids.map((id) => ({ id, created_at: id > 1 ? now : 0 })) },
    ...(index === 0 ? { _links: { next: { href: 'http://127.0.0.1/api/v4/contacts?page=2' } } } : {}),
  }));
  const call = startOperation('bot', 1000, []);
  const found = await newest(
    async () => pages.shift(),
    call,
    contacts,
    now - 5,
    () => true,
  );
  call.end();
  t.same(
    found?.map(({ id }) => id),
    [5, 4, 3, 2],
  );
});

for (const minutes of [-1, 1]) {
  t.test(`a first create that is lost is found although our clock is ${minutes} min off`, async (t) => {
    const clock = { ...quick, wall: () => Date.now() + minutes * 60_000 };
    const { step, sandbox } = await startService(t, { clock });
    sandbox.faults.add({ method: 'POST', action: lost });
    t.equal((await step(createContact, { name: 'Однажды' })).status, 200);
    t.equal(sandbox.store.contacts.values().filter(({ name }) => name === 'Однажды').length, 1);
  });
}

t.test('an answer that was long on its way does not put the server’s clock back', async (t) => {
  const clock = createFakeClock();
  const ahead = 30_000;
  const wire = createWire({
    client: async () => {
      const date = new Date(clock.wall() + ahead).toUTCString();
      await clock.advance(8_000);
      return { kind: 'nothing', asked: 'GET contacts', status: 204, retryAfter: null, date };
    },
    factsOf,
    authorize: longLived(() => 'token'),
    limit: 7,
    clock,
    memory: noMemory,
    observer: silentObserver,
  });
  await wire.send(await wire.acquire({ participant: 'bot' }), { method: 'GET', path: '/api/v4/contacts' });
  const { earliest, latest } = wire.serverTime(clock.now());
  const real = (clock.wall() + ahead) / 1000;
  t.ok(earliest <= real && real <= latest, `${earliest - real} to ${latest - real} s off`);
});

t.test('a lost create is found among more than a thousand that were made in the same seconds', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  const createdAt = sandbox.store.now();
  for (let index = 0; index < 1500; index += 1) plantContact(sandbox, { name: `Загрузка ${index}`, createdAt });
  sandbox.faults.add({ method: 'POST', action: lost });
  t.equal((await step(createContact, { name: 'Среди многих' })).status, 200);
});

t.test('an update whose item is missing from the answer is read, and found to be done', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  sandbox.faults.add({ method: 'PATCH', times: 50, action: { kind: 'omit' } });
  const answer = await step('amocrm_update_contact', { contact_id: 12345, update_data: { name: 'Новое' } });
  t.match(answer, { status: 200, body: { result: { updated: true, updated_fields: ['name'] } } });
  t.equal(sandbox.requests.filter(({ method }) => method === 'PATCH').length, 1);
});

t.test('an update that fails again and again is tried three times, not for ever', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  sandbox.faults.add({ method: 'PATCH', times: 50, action: { kind: 'status', status: 502, body: 'html' } });
  const answer = await step('amocrm_update_contact', { contact_id: 12345, update_data: { name: 'Новое' } });
  t.match(answer, { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  t.equal(sandbox.requests.filter(({ method }) => method === 'PATCH').length, 3);
});

t.test('a create that meets a pause longer than its deadline is told at once, and is not sent later', async (t) => {
  const clock = createFakeClock(performance.now());
  const { step, sandbox } = await startService(t, { clock });
  sandbox.faults.add({ method: 'POST', action: { kind: 'too-many', retryAfter: '60' } });
  t.match(await step(createContact, { name: 'Не дождался' }), { status: 503, body: { code: 'OVERLOADED' } });
  await clock.advance(65_000);
  t.equal((await step('amocrm_search', { query: 'Не дождался' })).status, 200);
  t.strictSame(
    sandbox.requests.map(({ method }) => method),
    ['POST', 'GET'],
  );
});

t.test('the deadline of a step ends a lookup by id that is on the wire', async (t) => {
  const env = { STEP_DEADLINE_MS: '200', AMO_TIMEOUT_MS: '600000' };
  const { step, sandbox } = await startService(t, { clock: quick, env });
  sandbox.faults.add({ method: 'GET', action: { kind: 'hang' } });
  const answer = await step('amocrm_create_lead', { name: 'Сделка', contact_id: 12346 });
  t.match(answer, { status: 504, body: { code: 'DEADLINE_EXCEEDED' } });
});

t.test('creates of one name that differ in the rest are told apart when all of them are lost', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick, sandbox: { latencyMs: 20 } });
  sandbox.faults.add({ method: 'POST', times: 3, action: lost });
  const variants = [{}, { tags: ['а'] }, { tags: ['б'] }, { phone: '+79001112233' }, { tags: ['а', 'б'] }];
  const answers = await Promise.all(variants.map((variant) => step(createContact, { name: 'Тёзка', ...variant })));
  for (const [index, { status, body }] of answers.entries()) {
    t.equal(status, 200, body.detail);
    const contact = sandbox.store.contacts.get(body.result.contact_id);
    const tags = (contact?.tags ?? []).map((id) => sandbox.store.tags.contacts.get(id)?.name);
    t.same(tags, variants[index]?.tags ?? []);
    t.equal(contact?.custom_fields_values.length, variants[index]?.phone === undefined ? 0 : 1);
  }
});

t.test(
  'a half of a refused call that can go no further does not speak for the other, which is on the wire',
  async (t) => {
    const clock = createFakeClock(performance.now());
    const calls: { request: UpstreamRequest; answer(ending: Outcome): void }[] = [];
    const gate = createGate({
      client: (request) => new Promise((resolve) => calls.push({ request, answer: resolve })),
      factsOf,
      authorize: longLived(() => 'token'),
      rateLimit: 6,
      batchSize: 50,
      timeoutMs: 10_000,
      memory: noMemory,
      clock,
    });
    const call = startOperation('bot', 30_000, []);
    t.teardown(() => call.end());
    const create = (name: string) =>
      gate.write({ method: 'POST', collection: contacts, draft: { body: { name }, origins: [] } }, call);
    const head = { asked: '', retryAfter: null, date: null };
    const json = (status: number, body: unknown): Outcome => ({ kind: 'json', status, body, ...head });
    const made = (id: number) => json(200, { _embedded: { contacts: [{ id, request_id: '0' }] } });
    /** Waits for the call and answers it. */
    async function answer(method: string, list: string, ending: Outcome) {
      const isMeant = ({ request }: (typeof calls)[number]) =>
        request.method === method && request.path === `/api/v4/${list}`;
      while (!calls.some(isMeant)) await clock.advance(0);
      calls.splice(calls.findIndex(isMeant), 1)[0]?.answer(ending);
      await clock.advance(0);
    }

    // What is asked for in one turn of the event loop goes out together.
    const ends = Promise.allSettled([create('один'), create('два'), gate.read('leads', [], call)]);
    await answer('POST', 'contacts', json(400, { detail: 'Bad Request' }));
    await answer('GET', 'account', json(200, { id: 1, current_user_id: 1 }));
    // An empty list is read twice.
    await answer('GET', 'contacts', { kind: 'nothing', status: 204, ...head });
    await answer('GET', 'contacts', { kind: 'nothing', status: 204, ...head });
    // Five of six places are taken: one half goes out, the other waits. Then amoCRM blocks us.
    await answer('GET', 'leads', { kind: 'page', status: 403, ...head });
    await answer('POST', 'contacts', made(3));
    t.match(await ends, [{ value: { id: 3 } }, { reason: { code: 'AMOCRM_UNAVAILABLE' } }, {}]);
  },
);

t.test('when amoCRM cannot be asked after a refusal, it is asked again before the others are given up', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick, sandbox: { latencyMs: 20 } });
  sandbox.faults.add({ method: 'GET', times: 3, action: { kind: 'status', status: 502, body: 'html' } });
  const names = ['первый', 'второй', 'третий', 'четвёртый', 'пятый'];
  const answers = await Promise.all(
    names.map((name) => step(createContact, { name, ...(name === 'пятый' ? { responsible_user_id: 1 } : {}) })),
  );
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 422],
  );
});

function startBreaker(probe: () => Promise<OutcomeKind>) {
  const clock = createFakeClock();
  const probes: number[] = [];
  const breaker = createBreaker({
    clock,
    memory: noMemory,
    async probe() {
      probes.push(clock.now());
      return probe();
    },
    onChange() {},
    onAddressBlock() {},
  });
  return { clock, breaker, probes };
}

import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import type { RequestRecord, Sandbox } from '../../src/sandbox/sandbox.ts';
import { writesTo } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const createContact = 'amocrm_create_contact';
const always = Number.POSITIVE_INFINITY;
/** No user of the account. */
const silentObserver = 999_999_999;
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

t.test(
  'of 250 creates in one call with one bad item 249 succeed, one is 422, and two calls more are enough',
  async (t) => {
    // One call in 300 ms: while the first holds the place, all others gather.
    const clock = createUnhurriedClock(300);
    const env = { AMO_RATE_LIMIT: '1', AMO_BATCH_SIZE: '250' };
    const { step, sandbox } = await startService(t, { clock, env });
    // Its fate has to be looked up, so that it is known from now on which user we are.
    sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'drop' } } });
    await step(createContact, { name: 'Первый' });
    const before = sandbox.requests.length;
    const answers = await Promise.all(
      times(250, (index) =>
        step(createContact, {
          name: `Контакт ${index}`,
          ...(index === 100 ? { responsible_user_id: silentObserver } : {}),
        }),
      ),
    );
    t.equal(answers.filter(({ status }) => status === 200).length, 249);
    t.match(answers[100], { status: 422, body: { code: 'AMOCRM_REJECTED' } });
    const [refused, ...more] = sandbox.requests.slice(before);
    t.match(refused, { method: 'POST', status: 400, body: { length: 250 } });
    t.ok(more.length <= 2, more.map(({ method, path }) => `${method} ${path}`).join(', '));
    t.equal(contactsNamed(sandbox, /^Контакт \d+$/).length, 249);
  },
);

t.test('after a block amoCRM hears at most three calls in a minute, and work resumes by itself', async (t) => {
  const second = 15;
  const clock = createUnhurriedClock(second);
  const { step, sandbox } = await startService(t, { clock });
  sandbox.faults.add({ action: { kind: 'ban' } });
  const codes = new Set<string>();
  const end = clock.now() + 60 * second;
  while (clock.now() < end) {
    const answers = [
      await step(createContact, { name: 'Настойчивый' }),
      await step('amocrm_search', { query: 'Иван' }),
    ];
    for (const { status, body } of answers) codes.add(`${status} ${body.code}`);
    await pass(second / 5);
  }
  t.same([...codes], ['503 AMOCRM_UNAVAILABLE']);
  const later = sandbox.requests.length - 1;
  t.ok(later >= 1 && later <= 3, `${later} calls`);
  sandbox.lift();
  while ((await step(createContact, { name: 'После' })).status !== 200) await pass(second);
  t.equal(contactsNamed(sandbox, /После/).length, 1);
});

t.test('a client that hangs up does not abort a write on the wire', async (t) => {
  const { app, sandbox } = await startService(t, { sandbox: { latencyMs: 100 } });
  const { hostname, port } = new URL(await app.listen({ port: 0 }));
  const client = connect(Number(port), hostname);
  const body = JSON.stringify({ params: { name: 'Записан без свидетелей' } });
  const head = ['POST /steps/amocrm_create_contact HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
  client.write(`${[...head, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`);
  await until(() => sandbox.requests.length === 1);
  client.resetAndDestroy();
  await once(client, 'close');
  await until(() => sandbox.requests[0]?.status !== 0);
  await pass(100);
  t.equal(sandbox.requests[0]?.status, 200, 'its answer was taken');
  t.equal(sandbox.requests.length, 1, 'and nothing else was sent');
  t.equal(contactsNamed(sandbox, /Записан/).length, 1);
});

t.test('a client that hangs up takes back what amoCRM has certainly not done', async (t) => {
  const second = 25;
  const { app, sandbox } = await startService(t, { clock: createUnhurriedClock(second) });
  const { hostname, port } = new URL(await app.listen({ port: 0 }));
  sandbox.faults.add({ method: 'POST', action: { kind: 'too-many', retryAfter: '10' } });
  const client = new AbortController();
  const asked = fetch(`http://${hostname}:${port}/steps/amocrm_create_contact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ params: { name: 'Передумал' } }),
    signal: client.signal,
  });
  await until(() => sandbox.requests[0]?.status === 429);
  await pass(50);
  client.abort();
  await t.rejects(asked);
  await pass(12 * second);
  t.equal(sandbox.requests.length, 1);
});

t.test('in a storm of 429s all calls pause together, longer each time, and nobody knocks meanwhile', async (t) => {
  const second = 200;
  const env = { AMO_RATE_LIMIT: '7' };
  const { step, sandbox } = await startService(t, { clock: createUnhurriedClock(second), env });
  const calm = sandbox.faults.add({ times: always, action: { kind: 'too-many' } });
  const work = Promise.all([
    ...times(10, (index) => step(createContact, { name: `Контакт ${index}` })),
    ...times(10, (index) => step('amocrm_create_lead', { name: `Сделка ${index}` })),
    ...times(10, (index) => step('amocrm_search', { query: `Запрос ${index}` })),
    ...times(5, (index) => step('amocrm_find_lead', { lead_id: 67890 + index })),
  ]);
  await until(() => bursts(sandbox.requests, second / 2).length === 4);
  calm();
  const answers = await work;
  const storm = sandbox.requests.filter(({ status }) => status === 429);
  const groups = bursts(storm, second / 2).slice(0, 4);
  t.ok((groups[0]?.length ?? 0) <= 7, 'at first what the limit allows');
  t.ok(
    groups.slice(1).every((group) => group.length === 1),
    'then one knocks alone',
  );
  for (const [index, seconds] of [1, 2, 4].entries()) {
    const last = groups[index]?.at(-1)?.at ?? 0;
    const next = groups[index + 1]?.[0]?.at ?? 0;
    t.ok(next - last >= seconds * second - 5, `pause ${index + 1}: ${((next - last) / second).toFixed(1)} s`);
  }
  t.equal(answers.filter(({ status, body }) => status !== 200 && body.code !== 'OVERLOADED').length, 0);
  t.equal(contactsNamed(sandbox, /^Контакт/).length, 10, 'writes wait the storm out');
  t.equal(
    new Set(
      writesTo(sandbox)
        .filter(isProcessed)
        .flatMap(({ stored = [] }) => stored),
    ).size,
    20,
  );
});

/** Arrivals that come closer together than `gap` milliseconds. */
function bursts(requests: readonly RequestRecord[], gap: number): RequestRecord[][] {
  const groups: RequestRecord[][] = [];
  for (const request of requests) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && request.at - last.at < gap) groups.at(-1)?.push(request);
    else groups.push([request]);
  }
  return groups;
}

function isProcessed({ status }: RequestRecord): boolean {
  return status === 200;
}

function contactsNamed({ store }: Sandbox, name: RegExp) {
  return store.contacts.values().filter((contact) => name.test(contact.name));
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await pass(2);
}

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { exampleScenario } from '../../src/http/reference/scenario-example.ts';
import { createFakeClock, type FakeClock } from '../fixtures/fake-clock.ts';
import { startKeyed, until } from '../fixtures/keyed.ts';
import { isProblem } from '../fixtures/problem.ts';
import { itemsSent, writesTo } from '../fixtures/records.ts';
import { type Answer, type Overrides, type Service, startService } from '../fixtures/service.ts';

async function listen(t: Parameters<typeof startService>[0], overrides: Overrides = {}) {
  const service = await startService(t, overrides);
  const address = await service.app.listen({ port: 0 });
  async function send(path: string, document: object, signal?: AbortSignal) {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(document);
    const response = await fetch(address + path, { method: 'POST', headers, body, ...(signal && { signal }) });
    const answer: Answer['body'] = await response.json();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: answer };
  }
  const post = (type: string, params: object, context = {}) => send(`/steps/${type}`, { params, context });
  return { ...service, address, port: Number(new URL(address).port), send, post };
}

/** Resolves when such a request has reached amoCRM. */
function arrival({ requests }: Service['sandbox'], method: string, path: string): Promise<void> {
  return until(() => requests.some((request) => request.method === method && request.path === path));
}

/** A clock that stands still, at the time by which steps have their deadlines. */
function stillClock(): FakeClock {
  return createFakeClock(performance.now());
}

t.test('new requests hear that the service goes down while a write on the wire ends well', async (t) => {
  const { app, sandbox, address, post } = await listen(t);
  sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'delay' } });
  const writing = post('amocrm_create_lead', { name: 'Заявка' });
  await arrival(sandbox, 'POST', '/api/v4/leads');
  const closing = app.close();

  const refused = await post('amocrm_find_lead', { lead_id: 67890 }, { a: 1 });
  isProblem(t, refused, 'SHUTTING_DOWN');
  t.equal(refused.headers.connection, 'close');
  t.match(refused.headers['retry-after'], /^[1-9]\d*$/);
  t.equal(refused.body.retryable, true);
  for (const path of ['/health', '/health/ready', '/health/live', '/steps', '/nope']) {
    const answer = await fetch(address + path);
    t.equal(answer.status, 503, path);
    t.equal(answer.headers.get('connection'), 'close', path);
  }

  await sandbox.waiting.release();
  const written = await writing;
  t.match(written, { status: 200, headers: { connection: 'close' }, body: { result: { lead_id: Number } } });
  await closing;
  await t.rejects(fetch(address), 'then nobody listens any more');
});

t.test('what waits for amoCRM with nothing written is answered at once', async (t) => {
  const { app, sandbox, address, post } = await listen(t, { clock: stillClock() });
  sandbox.faults.add({ action: { kind: 'hang' }, times: Number.POSITIVE_INFINITY });
  const waiting = post('amocrm_find_lead', { query: 'Заявка' }, { a: 1 });
  const checking = fetch(`${address}/health`);
  await arrival(sandbox, 'GET', '/api/v4/leads');
  await arrival(sandbox, 'GET', '/api/v4/account');
  const closing = app.close();
  const answer = await waiting;
  isProblem(t, answer, 'SHUTTING_DOWN');
  t.strictSame(answer.body.context, { a: 1, __step_error__: 'AmoCRM поиск сделки: сервис перезапускается, повторите' });
  t.equal(answer.headers.connection, 'close');
  t.match(await (await checking).json(), { status: 503, code: 'SHUTTING_DOWN' });
  await closing;
});

t.test('connections that say nothing do not hold up the end', async (t) => {
  const { app, port, post } = await listen(t, { clock: stillClock() });
  const silent = connect(port, '127.0.0.1');
  const halfway = connect(port, '127.0.0.1');
  await Promise.all([once(silent, 'connect'), once(halfway, 'connect')]);
  halfway.write('POST /steps/amocrm_search HTTP/1.1\r\nHost');
  await post('amocrm_find_lead', { lead_id: 67890 });
  const ended = Promise.all([once(silent.resume(), 'close'), once(halfway.resume(), 'close')]);
  await app.close();
  await ended;
});

t.test('a write on the wire gets eight seconds, then its outcome is unknown', async (t) => {
  const clock = stillClock();
  const { app, sandbox, post } = await listen(t, { clock });
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const writing = post('amocrm_create_contact', { name: 'Без ответа' }, { a: 1 });
  await arrival(sandbox, 'POST', '/api/v4/contacts');
  let isClosed = false;
  const closing = app.close().then(() => {
    isClosed = true;
  });
  t.match(await post('amocrm_find_lead', { lead_id: 67890 }), { status: 503 }, 'the drain has begun');
  await clock.advance(7_990);
  t.match(await post('amocrm_find_lead', { lead_id: 67890 }), { status: 503 }, 'somebody still listens');
  t.equal(isClosed, false);
  await clock.advance(10);
  const answer = await writing;
  isProblem(t, answer, 'OUTCOME_UNKNOWN');
  t.match(answer, { headers: { connection: 'close' }, body: { retryable: false, context: { a: 1 } } });
  await closing;
  t.equal(writesTo(sandbox).length, 1);
});

t.test('under a key a write that was cut off by the end goes on when it is sent again', async (t) => {
  const service = await startKeyed(t);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'hang' } } });
  const create = () => service.step('amocrm_create_contact', { name: 'Оборван' }, 'k');
  const writing = create();
  await until(() => writesTo(service.sandbox).length === 1);
  const restarted = service.restart();
  t.match(await writing, { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
  t.match(service.rows('writes'), [{ method: 'POST', collection: 'contacts', answer: null }], 'on disk it is open');
  await restarted;
  t.match(await create(), { status: 200, body: { result: { contact: { name: 'Оборван' } } } });
  t.equal(writesTo(service.sandbox).length, 1, 'it was found, not written again');
});

t.test('what waits for its turn hears at once that the service goes down, and is not written', async (t) => {
  const clock = stillClock();
  const { app, sandbox, post } = await listen(t, { clock, env: { AMO_RATE_LIMIT: '1', AMO_BATCH_SIZE: '1' } });
  const first = await post('amocrm_create_contact', { name: 'Первый' });
  let arrived = 0;
  app.server.on('request', () => {
    arrived += 1;
  });
  const waiting = [
    ...[2, 3, 4].map((number) => post('amocrm_create_contact', { name: `Ждёт ${number}` })),
    post('amocrm_find_lead', { query: 'Заявка' }),
    post('amocrm_update_contact', { contact_id: 12345, update_data: { name: 'Ждёт' } }),
  ];
  await until(() => arrived === waiting.length);
  const closing = app.close();
  for (const answer of await Promise.all(waiting)) {
    t.match(answer, { status: 503, body: { code: 'SHUTTING_DOWN', retryable: true } });
  }
  await closing;
  t.equal(first.status, 200);
  t.equal(sandbox.requests.length, 1);
});

t.test('a write that amoCRM has put off is not sent again', async (t) => {
  const { app, sandbox, post } = await listen(t, { clock: stillClock() });
  sandbox.faults.add({ method: 'POST', action: { kind: 'too-many', retryAfter: '20' } });
  const writing = post('amocrm_create_contact', { name: 'Отложен' });
  await until(() => sandbox.requests[0]?.status === 429);
  const closing = app.close();
  t.match(await writing, { status: 503, body: { code: 'SHUTTING_DOWN', retryable: true } });
  await closing;
  t.equal(sandbox.requests.length, 1);
});

t.test('an update whose connection breaks meanwhile is still sent again', async (t) => {
  const { app, sandbox, post } = await listen(t);
  const late = { kind: 'delay', next: { kind: 'drop' } } as const;
  sandbox.faults.add({ method: 'PATCH', action: late });
  const writing = post('amocrm_update_contact', { contact_id: 12345, update_data: { name: 'Новое' } });
  await arrival(sandbox, 'PATCH', '/api/v4/contacts');
  const closing = app.close();
  await sandbox.waiting.release();
  t.equal((await writing).status, 200);
  await closing;
  t.equal(itemsSent(sandbox, 'contacts', 'PATCH').length, 2);
});

t.test('a scenario stops before its next write and tells how far it came', async (t) => {
  const { app, sandbox, send } = await listen(t);
  sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'delay' } });
  const context = { user_telegram_id: 4711, user_name: 'Пётр' };
  const running = send('/scenarios/run', { ...exampleScenario, context });
  await arrival(sandbox, 'POST', '/api/v4/leads');
  const closing = app.close();
  await sandbox.waiting.release();
  const { status, body } = await running;
  t.match([status, body.code, body.failed_step, body.retryable], [503, 'SHUTTING_DOWN', 'add_note', false]);
  t.match(body.written, [{ entity_type: 'contacts' }, { entity_type: 'leads', id: Number }]);
  t.match(body.steps.at(-1), { id: 'add_note', status: 'failed' });
  t.match(body.context, { user_name: 'Пётр', new_lead: { lead_id: body.written[1].id } });
  await closing;
  t.strictSame(
    writesTo(sandbox).map(({ path }) => path),
    ['/api/v4/contacts', '/api/v4/leads'],
  );
});

t.test('a write whose caller has hung up is waited for, and its end is on disk', async (t) => {
  const directory = t.testdir();
  const { app, sandbox, address } = await listen(t, { env: { DATA_DIR: directory } });
  sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const client = new AbortController();
  const asked = fetch(`${address}/steps/amocrm_create_contact`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    body: JSON.stringify({ params: { name: 'Без свидетелей' } }),
    signal: client.signal,
  });
  await arrival(sandbox, 'POST', '/api/v4/contacts');
  client.abort();
  await t.rejects(asked);
  const closing = app.close();
  await sandbox.waiting.release();
  await closing;
  t.match(writesTo(sandbox), [{ status: 200 }], 'amoCRM’s answer was taken');
  const journal = new DatabaseSync(join(directory, 'journal.db'));
  t.match(journal.prepare('SELECT key, response FROM keys').all(), [{ key: 'k', response: /Без свидетелей/ }]);
  journal.close();
});

t.test('a request whose body has not come in yet is answered at once', async (t) => {
  const { app, port } = await listen(t);
  const client = connect(port, '127.0.0.1');
  const head =
    'POST /steps/amocrm_search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99';
  client.write(`${head}\r\n\r\n{"params"`);
  await once(app.server, 'request');
  const closing = app.close();
  const answer = await text(client);
  t.match(answer, /^HTTP\/1\.1 503 /);
  t.match(answer, /connection: close/i);
  t.match(answer, 'SHUTTING_DOWN');
  await closing;
});

t.test('a client that does not read its answers holds up the end for nine seconds at most', async (t) => {
  const clock = stillClock();
  const { app, port } = await listen(t, { clock });
  const sockets: Socket[] = [];
  app.server.on('connection', (socket: Socket) => sockets.push(socket));
  const client = connect(port, '127.0.0.1').pause();
  // Far more than the buffers of a connection take.
  client.write('GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(90));
  await until(() => sockets.some((socket) => socket.writableLength > 0));
  const closing = app.close();
  await clock.advance(8_000);
  await clock.advance(1_000);
  await closing;
  client.destroy();
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { type Answer, type Service, startService } from '../fixtures/service.ts';

async function listen(t: Parameters<typeof startService>[0]) {
  const service = await startService(t);
  const address = await service.app.listen({ port: 0 });
  async function post(type: string, params: object, context = {}) {
    const body = JSON.stringify({ params, context });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${address}/steps/${type}`, { method: 'POST', headers, body });
    const answer: Answer['body'] = await response.json();
    return { status: response.status, headers: Object.fromEntries(response.headers), body: answer };
  }
  return { ...service, address, port: Number(new URL(address).port), post };
}

/** Resolves when such a request has reached amoCRM. */
async function arrival({ requests }: Service['sandbox'], method: string, path: string): Promise<void> {
  while (!requests.some((request) => request.method === method && request.path === path)) await turn();
}

t.test('new requests hear that the service goes down while a write on the wire ends well', async (t) => {
  const { app, sandbox, address, post } = await listen(t);
  sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'delay', ms: 500 } });
  const writing = post('amocrm_create_lead', { name: 'Заявка' });
  await arrival(sandbox, 'POST', '/api/v4/leads');
  const closing = app.close();

  const refused = await post('amocrm_find_lead', { lead_id: 67890 }, { a: 1 });
  isProblem(t, refused, 'SHUTTING_DOWN');
  t.equal(refused.headers.connection, 'close');
  t.match(refused.headers['retry-after'], /^[1-9]\d*$/);
  t.equal(refused.body.retryable, true);
  for (const path of ['/health', '/steps', '/nope']) {
    const answer = await fetch(address + path);
    t.equal(answer.status, 503, path);
    t.equal(answer.headers.get('connection'), 'close', path);
  }

  const written = await writing;
  t.match(written, { status: 200, headers: { connection: 'close' }, body: { result: { lead_id: Number } } });
  await closing;
  await t.rejects(fetch(address), 'then nobody listens any more');
});

t.test('what waits for amoCRM with nothing written is answered at once', async (t) => {
  const { app, sandbox, address, post } = await listen(t);
  sandbox.faults.add({ action: { kind: 'hang' }, times: Number.POSITIVE_INFINITY });
  const waiting = post('amocrm_find_lead', { query: 'Заявка' }, { a: 1 });
  const checking = fetch(`${address}/health`);
  await arrival(sandbox, 'GET', '/api/v4/leads');
  await arrival(sandbox, 'GET', '/api/v4/account');
  const started = performance.now();
  const closing = app.close();
  const answer = await waiting;
  isProblem(t, answer, 'SHUTTING_DOWN');
  t.strictSame(answer.body.context, { a: 1, __step_error__: 'AmoCRM поиск сделки: сервис перезапускается, повторите' });
  t.equal(answer.headers.connection, 'close');
  t.match(await (await checking).json(), { status: 503, code: 'SHUTTING_DOWN' });
  await closing;
  t.ok(performance.now() - started < 2_000);
});

t.test('connections that say nothing do not hold up the end', async (t) => {
  const { app, port, post } = await listen(t);
  const silent = connect(port, '127.0.0.1');
  const halfway = connect(port, '127.0.0.1');
  await Promise.all([once(silent, 'connect'), once(halfway, 'connect')]);
  halfway.write('POST /steps/amocrm_search HTTP/1.1\r\nHost');
  await post('amocrm_find_lead', { lead_id: 67890 });
  const ended = Promise.all([once(silent.resume(), 'close'), once(halfway.resume(), 'close')]);
  const started = performance.now();
  await app.close();
  await ended;
  t.ok(performance.now() - started < 2_000);
});

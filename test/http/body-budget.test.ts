import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import Fastify from 'fastify';
import fp from 'fastify-plugin';
import t from 'tap';
import { accounts, type Use } from '../../src/http/account.ts';
import { bodyBudget } from '../../src/http/body-budget.ts';
import { requestEnds } from '../../src/http/request-ends.ts';
import type { FaultRule } from '../../src/sandbox/faults/rules.ts';
import { until } from '../fixtures/keyed.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, type Service, startService } from '../fixtures/service.ts';

/** The least that may be set: 2 MiB in work, 1 MiB for the first caller. */
const env = {
  MAX_BODY_MB: '2',
  API_KEYS: 'ann=ann-0123456789abcdef,bob=bob-0123456789abcdef,eve=eve-0123456789abcdef,tom=tom-0123456789abcdef',
};

/** amoCRM's answers come when they are released. */
const slow: FaultRule = { times: Infinity, action: { kind: 'delay', ms: 60_000 } };

function bodyOf(kilobytes: number): string {
  return JSON.stringify({ params: { query: 'Мария' }, context: { text: 'x'.repeat(kilobytes * 1024) } });
}

function send({ app }: Service, caller: string, payload: string) {
  const headers = { 'content-type': 'application/json', 'x-api-key': `${caller}-0123456789abcdef` };
  return app.inject({ method: 'POST', url: '/steps/amocrm_search', headers, payload }).then(answerOf);
}

t.test('what the bodies in work leave no room for is turned away at once, until answers have gone', async (t) => {
  const service = await startService(t, { env });
  const { sandbox } = service;
  sandbox.faults.add(slow);
  const first = [send(service, 'ann', bodyOf(800)), send(service, 'bob', bodyOf(600))];
  await until(() => sandbox.requests.length === 1);
  for (const [caller, kilobytes] of [
    ['ann', 300],
    ['bob', 100],
    ['eve', 400],
  ] as const) {
    const answer = await send(service, caller, bodyOf(kilobytes));
    isProblem(t, answer, 'OVERLOADED', { what: caller });
    t.equal(answer.headers['retry-after'], '1');
    t.equal(answer.body.retryable, true);
  }
  const small = [send(service, 'eve', bodyOf(300)), send(service, 'tom', bodyOf(150))];
  isProblem(t, await send(service, 'eve', bodyOf(50)), 'OVERLOADED', { what: 'once the small ones are in' });
  sandbox.faults.clear();
  await sandbox.waiting.release();
  for (const { status } of await Promise.all([...first, ...small])) t.equal(status, 200);
  t.equal((await send(service, 'ann', bodyOf(1000))).status, 200, 'all of it is free again');
});

t.test('a body in chunks counts as the largest until it has come, and then as what it is', async (t) => {
  const service = await startService(t, { env });
  const { app, sandbox } = service;
  sandbox.faults.add(slow);
  const address = await app.listen({ port: 0 });
  const arrived = new Promise<void>((resolve) => app.server.once('request', () => resolve()));
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const headers = { 'content-type': 'application/json', 'x-api-key': 'ann-0123456789abcdef' };
  const options = { method: 'POST', headers, body: readable, duplex: 'half' } as const;
  const inChunks = fetch(`${address}/steps/amocrm_search`, options);
  await writer.write(Buffer.from(bodyOf(100)));
  await arrived;
  isProblem(t, await send(service, 'ann', bodyOf(1)), 'OVERLOADED');
  await writer.close();
  await until(() => sandbox.requests.length === 1);
  const more = send(service, 'ann', bodyOf(800));
  isProblem(t, await send(service, 'ann', bodyOf(200)), 'OVERLOADED', { what: 'once that is in' });
  sandbox.faults.clear();
  await sandbox.waiting.release();
  for (const { status } of await Promise.all([inChunks, more])) t.equal(status, 200);
});

t.test('a body counts by what it takes in memory, never for more than half of all', async (t) => {
  const service = await startService(t, { env });
  const { sandbox } = service;
  const dense = JSON.stringify({ params: { query: 'Мария' }, context: { list: Array(9_000).fill(0) } });
  const densest = JSON.stringify({ params: { query: 'Мария' }, context: { list: Array(40_000).fill({}) } });
  sandbox.faults.add(slow);
  const first = send(service, 'ann', dense);
  await until(() => sandbox.requests.length === 1);
  isProblem(t, await send(service, 'ann', dense), 'OVERLOADED');
  const others = [send(service, 'bob', bodyOf(500))];
  isProblem(t, await send(service, 'eve', dense), 'OVERLOADED');
  sandbox.faults.clear();
  await sandbox.waiting.release();
  for (const { status } of await Promise.all([first, ...others])) t.equal(status, 200);
  t.equal((await send(service, 'bob', densest)).status, 200);
});

t.test('a body that is refused leaves no trace in the budget', async (t) => {
  const service = await startService(t, { env });
  for (let round = 0; round < 5; round += 1) {
    isProblem(t, await send(service, 'ann', `${bodyOf(900)}}`), 'INVALID_REQUEST');
    isProblem(t, await send(service, 'ann', bodyOf(1024)), 'PAYLOAD_TOO_LARGE');
    isProblem(t, await send(service, 'nobody', bodyOf(900)), 'UNAUTHORIZED');
  }
  t.equal((await send(service, 'ann', bodyOf(1000))).status, 200);
});

t.test('a caller of one account leaves room for those of another, of his own name too', async (t) => {
  const many = await startMany(t, { env: { MAX_BODY_MB: '2' } });
  await many.put('studio');
  await many.put('garage');
  const bot = await many.caller('bot', ['studio']);
  const namesake = await many.caller('bot', ['garage']);
  const platform = await many.caller('platform');
  const search = (kilobytes: number) =>
    ['POST', '/steps/amocrm_search', Object(JSON.parse(bodyOf(kilobytes)))] as const;
  const { sandbox } = many;
  sandbox('studio').faults.add(slow);
  const held = bot.call(...search(950));
  await until(() => sandbox('studio').requests.length === 1);
  isProblem(t, await bot.call(...search(200)), 'OVERLOADED');
  t.equal((await namesake.call(...search(500))).status, 200);
  const alsoHeld = platform.call(...search(500), { 'amocrm-account': 'studio' });
  isProblem(t, await platform.call(...search(100), { 'amocrm-account': 'studio' }), 'OVERLOADED');
  t.equal((await platform.call(...search(250), { 'amocrm-account': 'garage' })).status, 200);
  sandbox('studio').faults.clear();
  await sandbox('studio').waiting.release();
  for (const { status } of await Promise.all([held, alsoHeld])) t.equal(status, 200);
});

t.test('who hangs up while the account is waited for leaves no trace in the budget, nor in the account', async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  const waits: PromiseWithResolvers<Use>[] = [];
  const seen = { ended: 0, weighed: 0, handled: 0 };
  for (const name of ['auth', 'problems']) await app.register(fp(async () => {}, { name }));
  await app.register(requestEnds);
  app.onRequestEnd(() => {
    seen.ended += 1;
  });
  await app.register(accounts, {
    only: 'studio',
    isPassed: () => false,
    forget: () => {},
    use() {
      const wait = Promise.withResolvers<Use>();
      waits.push(wait);
      return wait.promise;
    },
  });
  await app.register(bodyBudget, { maxBytes: 2_000, largestBody: 1_000 });
  app.decorateRequest('accounts', null);
  app.addHook('onRequest', async () => {
    seen.weighed += 1;
  });
  app.post('/', { config: { inAccount: true } }, async () => {
    seen.handled += 1;
    return 'done';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const ended: string[] = [];
  const use: Use = { account: Object({ id: 'studio' }), end: () => void ended.push('use') };
  const { port }: AddressInfo = Object(app.server.address());
  for (const body of ['x', 'x'.repeat(900)]) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 900\r\n\r\n${body}`);
    const before = { ...seen };
    await until(() => waits.length > 0);
    socket.destroy();
    await once(socket, 'close');
    await until(() => seen.ended > before.ended);
    waits.shift()?.resolve(use);
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    t.strictSame({ ...seen, ended: 0 }, { ...before, ended: 0 }, 'it goes no further');
  }
  t.equal(ended.length, 2);
  const answer = app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'text/plain' },
    payload: 'x'.repeat(990),
  });
  await until(() => waits.length > 0);
  waits.shift()?.resolve(use);
  t.equal((await answer).statusCode, 200);
});

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t, { type Test } from 'tap';
import type { ErrorCode } from '../../src/problems/catalogue.ts';
import { note } from '../fixtures/conformance.ts';
import { until } from '../fixtures/keyed.ts';
import { isProblem } from '../fixtures/problem.ts';
import { exchange, type RawAnswer } from '../fixtures/raw-http.ts';
import { startService } from '../fixtures/service.ts';

/** Clients that send ahead, send slowly, send nothing, or read nothing. */

const { app, sandbox } = await startService(t);
const { server } = app;
const address = await app.listen({ port: 0 });
const port = Number(new URL(address).port);
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const live = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n';
const step = (type: string, params: object, headers = '') => {
  const body = JSON.stringify({ params });
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  const head = `POST /steps/${type} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}${headers}\r\n`;
  return Buffer.from(head + body);
};
const writes = () => sandbox.requests.filter(({ method }) => method === 'POST').length;

t.test('requests in one packet are answered in order', async (t) => {
  const { answers } = await exchange(port, [`${live}\r\n`.repeat(50), `${live}Connection: close\r\n\r\n`]);
  t.equal(answers.filter(({ status }) => status === 200).length, 51);
});

t.test('a request that is sent ahead waits until the one before has been answered', async (t) => {
  const before = sandbox.requests.length;
  const lead = step('amocrm_create_lead', { name: 'Заявка' });
  const search = step('amocrm_search', { entity_type: 'leads', query: 'Заявка' }, 'Connection: close\r\n');
  const { answers } = await exchange(port, [Buffer.concat([lead, lead, search])]);
  t.strictSame(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  t.strictSame(
    sandbox.requests.slice(before).map(({ method }) => method),
    ['POST', 'POST', 'GET'],
  );
});

t.test('what was sent ahead is not carried out once nobody reads answers', async (t) => {
  const before = writes();
  sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'delay', ms: 100 } });
  const socket = connect(port, '127.0.0.1');
  const lead = step('amocrm_create_lead', { name: 'Заявка' });
  socket.write(Buffer.concat([lead, lead]));
  await until(() => writes() > before);
  socket.destroy();
  await until(() => sandbox.requests.at(-1)?.status !== undefined);
  await exchange(port, [`${live}Connection: close\r\n\r\n`]);
  t.equal(writes(), before + 1);
});

t.test('what was sent ahead of an end is not worked on', async (t) => {
  const { app, sandbox } = await startService(t);
  const worked: string[] = [];
  app.addHook('onRequest', async ({ url }) => {
    worked.push(url);
  });
  const address = await app.listen({ port: 0 });
  sandbox.faults.add({ action: { kind: 'hang' } });
  const search = step('amocrm_search', { query: 'x' });
  const ahead = exchange(Number(new URL(address).port), [Buffer.concat([search, Buffer.from(`${live}\r\n`)])]);
  await until(() => sandbox.requests.length > 0);
  await app.close();
  const { answers } = await ahead;
  t.equal(answers.length, 1);
  refused(t, answers[0], 'SHUTTING_DOWN');
  t.strictSame(worked, ['/steps/amocrm_search']);
});

t.test('garbage behind a request does not overtake its answer', async (t) => {
  const before = writes();
  const first = step('amocrm_create_lead', { name: 'Заявка' });
  const { answers } = await exchange(port, [Buffer.concat([first, Buffer.from('GARBAGE\r\n\r\n')])]);
  t.equal(writes(), before + 1, 'the lead is there');
  t.equal(answers.length, 2);
  t.equal(answers[0]?.status, 200, 'and the answer says so');
  refused(t, answers.at(-1), 'INVALID_REQUEST');
});

t.test('who hangs up half of the connection does no harm', async (t) => {
  const socket = connect(port, '127.0.0.1');
  socket.resume().end(`${live}\r\n`);
  await once(socket, 'close');
  t.equal((await fetch(`${address}/health/live`)).status, 200);
});

t.test('who reads no answers is cut, and does not fill the memory', async (t) => {
  const { timeout } = server;
  t.ok(timeout > 120_000, 'a scenario may take longer than any silence of a client');
  // Made at the first request, on a busy machine in more than the second of silence that is granted below.
  await fetch(`http://127.0.0.1:${port}/openapi.json`).then((answer) => answer.arrayBuffer());
  server.timeout = 1_000;
  const before = memoryInUse();
  const accepted: Socket[] = [];
  const keep = (socket: Socket) => accepted.push(socket);
  server.on('connection', keep);
  const clients = await Promise.all(['/openapi.json', '/docs/static/swagger-ui-bundle.js'].map(flood));
  await until(() => accepted.length === 2 && accepted.every(isStuck));
  const grown = memoryInUse() - before;
  t.ok(grown < 30, `${Math.round(grown)} MB for 180 answers that nobody reads`);
  await until(() => accepted.every(({ destroyed }) => destroyed));
  for (const socket of clients) socket.destroy();
  server.off('connection', keep).timeout = timeout;
});

t.test('who sends more than 100 requests ahead is cut', async (t) => {
  const { app } = await startService(t);
  let worked = 0;
  app.addHook('onRequest', async () => {
    worked += 1;
  });
  const address = await app.listen({ port: 0 });
  const { isGivenUp } = await exchange(Number(new URL(address).port), [`${live}\r\n`.repeat(1_000)]);
  t.notOk(isGivenUp);
  t.equal((await fetch(`${address}/health/live`)).status, 200);
  t.ok(worked <= 100, `${worked} of them`);
});

function isStuck({ writableLength, destroyed }: Socket): boolean {
  return destroyed || writableLength > 0;
}

async function flood(path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(90));
  return socket;
}

t.test('who sends slowly, or nothing, is cut', async (t) => {
  const { requestTimeout, headersTimeout } = server;
  t.ok(headersTimeout <= requestTimeout, 'Node would take the longer of the two for bodies');
  t.ok(requestTimeout <= 15_000);
  // A tenth of the time; that Node looks once a second stays.
  Object.assign(server, { requestTimeout: requestTimeout / 10, headersTimeout: headersTimeout / 10 });
  const head = 'POST /steps/amocrm_search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const trickle = 600;
  const slow: [what: string, parts: string[]][] = [
    ['a body that trickles', [`${head}Content-Length: 1000\r\n\r\n`, ...' '.repeat(trickle)]],
    ['chunks that trickle', [`${head}Transfer-Encoding: chunked\r\n\r\n`, ...Array(trickle).fill('1\r\n \r\n')]],
    ['headers that trickle', [head, ...Array(trickle).fill('X: y\r\n')]],
    ['a body that stays away', [`${head}Content-Length: 1000\r\n\r\n`]],
    ['a body shorter than announced', [`${head}Content-Length: 1000\r\n\r\n{"params": {"query": "x"}}`]],
    ['the second request', [`${live}\r\n`, head]],
  ];
  const patience = { pauseMs: 50, patienceMs: 30_000 };
  const idle = Promise.all(Array.from({ length: 1_000 }, () => exchange(port, [], patience)));
  const ends = await Promise.all(slow.map(([, parts]) => exchange(port, parts, patience)));
  for (const [index, { answers, isGivenUp }] of ends.entries()) {
    const what = String(slow[index]?.[0]);
    t.notOk(isGivenUp, what);
    refused(t, answers.at(-1), 'REQUEST_TIMEOUT', what);
  }
  t.equal((await fetch(`${address}/health/live`)).status, 200, 'others are served meanwhile');
  t.strictSame(
    (await idle).filter(({ isGivenUp }) => isGivenUp),
    [],
    '1,000 connections that say nothing are closed',
  );
  Object.assign(server, { requestTimeout, headersTimeout });
});

t.test('who is refused and stays is cut', async () => {
  const { requestTimeout, headersTimeout } = server;
  Object.assign(server, { requestTimeout: 500, headersTimeout: 500 });
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  socket.on('error', () => socket.destroy());
  const [accepted] = await once(server, 'connection');
  socket.write('GARBAGE\r\n\r\n');
  await once(accepted, 'close');
  socket.destroy();
  Object.assign(server, { requestTimeout, headersTimeout });
});

t.test('memory stays flat', async (t) => {
  const nasty = [
    '\0',
    'POST / HTTP/1.1\r\nConnection: close\r\n\r\n',
    step('amocrm_search', {}, 'Connection: close\r\n'),
  ];
  const huge = step('amocrm_search', { query: 'x'.repeat(1024 * 1024) }, 'Connection: close\r\n');
  await attack(5);
  const before = memoryInUse();
  await attack(40);
  const grown = memoryInUse() - before;
  t.ok(grown < 20, `${grown.toFixed(1)} MB after 160 refused requests`);

  async function attack(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all([...nasty, huge].map((bytes) => exchange(port, [bytes])));
    }
  }
});

function refused(t: Test, answer: RawAnswer | undefined, code: ErrorCode, what: string = code): void {
  if (answer === undefined) {
    t.fail(`${what}: no answer`);
    return;
  }
  isProblem(t, answer, code, { what });
  note({ method: 'GET', path: '', ...answer, body: JSON.stringify(answer.body) });
}

/** Megabytes of the process, after a collection. */
function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

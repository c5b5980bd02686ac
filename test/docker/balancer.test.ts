import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { findProgram, needs } from '../fixtures/programs.ts';

const program = findProgram('haproxy');
const settings = readFileSync(new URL('../../docker/haproxy.cfg', import.meta.url), 'utf8');

/** A stand-in for a replica: ready or not, and it answers or breaks off. */
async function startReplica(t: Test) {
  const replica = { isReady: true, breaksOff: false, received: 0, address: '' };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/health/ready') return void response.writeHead(replica.isReady ? 200 : 503).end();
    replica.received += 1;
    await buffer(request);
    if (replica.breaksOff) request.socket.destroy();
    else response.end('{}');
  }
  const server = createServer((request, response) => void answer(request, response));
  replica.address = await listen(server);
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return replica;
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${Object(server.address()).port}`;
}

/** HAProxy with the settings of Compose, but for addresses of this machine. */
async function startBalancer(t: Test, replicas: readonly { address: string }[]): Promise<string> {
  const free = createServer();
  const address = await listen(free);
  free.close();
  await once(free, 'close');
  const here = replicas.reduce(
    (text, replica, index) => text.replace(`replica-${index + 1}:8080`, replica.address),
    settings.replace('bind :8000', `bind ${address}`),
  );
  const file = join(t.testdir(), 'haproxy.cfg');
  writeFileSync(file, here);
  const { status, stderr } = spawnSync(program ?? '', ['-c', '-f', file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const child = spawn(program ?? '', ['-db', '-f', file], { stdio: 'ignore' });
  const exit = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return `http://${address}`;
}

t.test('HAProxy with the settings of Compose', needs('haproxy', program), async (t) => {
  const replicas = await Promise.all([1, 2, 3].map(() => startReplica(t)));
  const [first, ...others] = replicas;
  const address = await startBalancer(t, replicas);

  async function post(headers: Record<string, string> = {}, path = '/steps/x') {
    const answer = await fetch(address + path, { method: 'POST', body: 'a body', headers });
    const retryAfter = answer.headers.get('retry-after');
    return { status: answer.status, type: answer.headers.get('content-type'), retryAfter, text: await answer.text() };
  }
  const keyed = () => post({ 'idempotency-key': 'k' });
  const reached = () => replicas.map(({ received }) => received);
  /** Asks on until that is so of who was asked by some requests in a row. */
  async function untilReached(holds: (counts: number[]) => boolean): Promise<void> {
    for (;;) {
      forget();
      for (const _ of replicas) await post().catch(() => undefined); // Nobody listens yet.
      if (holds(reached())) return forget();
      await sleep(20);
    }
  }
  const forget = () => {
    for (const replica of replicas) replica.received = 0;
  };
  const set = (breaksOff: boolean) => {
    for (const replica of replicas) replica.breaksOff = breaksOff;
  };

  await untilReached((counts) => counts.every((count) => count > 0));

  await t.test('nobody gets in where replicas pass requests on', async (t) => {
    for (const path of ['/_cluster/steps/x', '/_cluster']) t.match(await post({}, path), { status: 404 });
    t.strictSame(reached(), [0, 0, 0]);
  });

  await t.test('what a replica breaks off goes to another one under a key, and only then', async (t) => {
    set(true);
    const unknown = { status: 502, type: 'application/problem+json', retryAfter: null };
    const lost = await post();
    t.match(lost, unknown);
    t.match(JSON.parse(lost.text), { code: 'OUTCOME_UNKNOWN', retryable: false });
    t.equal(
      reached().reduce((sum, count) => sum + count),
      1,
      'it may have been done',
    );
    forget();
    t.match(await keyed(), unknown);
    t.ok(reached().reduce((sum, count) => sum + count) > 1, `${reached()}`);
    set(false);
    if (first !== undefined) first.breaksOff = true;
    const answers = await Promise.all(Array.from({ length: 9 }, keyed));
    t.strictSame([...new Set(answers.map(({ status }) => status))], [200]);
    set(false);
  });

  await t.test('requests go to replicas that are ready, and to none that was stopped', async (t) => {
    for (const other of others) other.isReady = false;
    await untilReached((counts) => counts[0] === 3);
    if (first !== undefined) first.isReady = false;
    for (;;) {
      const { status, type, retryAfter, text } = await post();
      if (status === 200) continue;
      t.match({ status, type, retryAfter }, { status: 503, type: 'application/problem+json', retryAfter: '1' });
      t.match(JSON.parse(text), { code: 'OVERLOADED', retryable: true });
      break;
    }
    for (const replica of replicas) replica.isReady = true;
    await untilReached((counts) => counts.every((count) => count > 0));
  });
});

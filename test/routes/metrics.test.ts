import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { finished } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import t from 'tap';
import { serviceMetrics } from '../fixtures/metrics.ts';
import { startService } from '../fixtures/service.ts';

const key = 'prometheus-key-0123456789';
const headers = { authorization: `Bearer ${key}` };

t.test('metrics need a key where keys are configured', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS: `prometheus=${key}` } });
  t.equal((await app.inject('/metrics')).statusCode, 401);
  const answer = await app.inject({ url: '/metrics', headers });
  t.equal(answer.statusCode, 200);
  t.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4\b/);
  t.match(answer.body, /^# TYPE amocrm_steps_http_requests_total counter$/m);
});

t.test('each app counts for itself', async (t) => {
  const [one, two] = await Promise.all([startService(t), startService(t)]);
  await one.app.inject('/steps');
  const asked = { route: '/steps', method: 'GET', status: '200' };
  t.equal((await serviceMetrics(one.app)).sum('http_requests_total', asked), 1);
  t.equal((await serviceMetrics(two.app)).sum('http_requests_total', asked), 0);
});

t.test('requests are counted by route template, method and status', async (t) => {
  const { app, step } = await startService(t, { env: { API_KEYS: `bot=${key}` } });
  await step('amocrm_search', { query: 'Анна' }, {}, headers);
  await step('amocrm_search', { query: 'Пётр' }, {}, headers);
  await step('amocrm_search', { nothing: 1 }, {}, headers);
  await step('amocrm_search', { query: 'Анна' });
  await app.inject({ method: 'HEAD', url: '/steps', headers });
  const metrics = await serviceMetrics(app, headers);
  t.strictSame(metrics.by('http_requests_total', 'route', 'method', 'status'), {
    '/steps/amocrm_search POST 200': 2,
    '/steps/amocrm_search POST 400': 1,
    '/steps/amocrm_search POST 401': 1,
    '/steps HEAD 200': 1,
  });
  t.equal(metrics.sum('http_request_duration_seconds_count', { route: '/steps/amocrm_search' }), 4);
  t.equal(metrics.sum('http_requests_in_flight'), 1, 'the one for the metrics');
  t.equal(metrics.sum('problems_total'), 2);
  t.equal(metrics.sum('problems_total', { code: 'UNAUTHORIZED' }), 1);
  t.equal(metrics.sum('problems_total', { code: 'INVALID_REQUEST' }), 1);
});

t.test('whatever is asked, series stay few and say nothing of it', async (t) => {
  const { app } = await startService(t);
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND', 'TRACE'] as const;
  await app.inject('/metrics');
  const before = (await serviceMetrics(app)).samples.length;
  for (const method of methods) {
    for (let number = 0; number < 20; number += 1) {
      for (const url of [`/canary-${number}`, `/steps/canary_${number}?phone=79001234567`, `/steps/%zz${number}`]) {
        await app.inject({ method: method as 'GET', url, headers: { 'x-api-key': `canary-${number}` } });
      }
    }
  }
  const metrics = await serviceMetrics(app);
  t.notMatch(metrics.text, /canary|79001234567/i);
  t.equal(metrics.sum('http_requests_total', { route: 'unmatched' }), methods.length * 60);
  t.ok(metrics.samples.length - before < 150, `${metrics.samples.length - before} more series`);
});

t.test('a request that is no HTTP counts once', async (t) => {
  const { app } = await startService(t);
  const { over } = firstRequest(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  for (const text of ['GARBAGE\r\n\r\n', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n`]) {
    t.match(await talk(app.server.address(), text), /^HTTP\/1\.1 400 /);
  }
  await over;
  const metrics = await serviceMetrics(app);
  t.strictSame(metrics.by('http_requests_total', 'route', 'method', 'status'), {
    'unmatched other 400': 1,
    '/steps/amocrm_search POST 400': 1,
  });
  t.equal(metrics.sum('problems_total', { code: 'INVALID_REQUEST' }), 2);
});

t.test('a caller that hangs up counts once, and so does the failure that it did not hear of', async (t) => {
  const { app, sandbox } = await startService(t);
  const { parsed, over, answered } = firstRequest(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  sandbox.faults.add({ action: { kind: 'hang' }, times: Number.POSITIVE_INFINITY });
  const body = JSON.stringify({ params: { query: 'Анна' } });
  const socket = open(app.server.address(), `${post}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await parsed;
  socket.destroy();
  await Promise.all([over, answered]);
  const metrics = await serviceMetrics(app);
  t.strictSame(metrics.by('http_requests_total', 'route', 'method', 'status'), {
    '/steps/amocrm_search POST none': 1,
  });
  t.strictSame(metrics.by('problems_total', 'code'), { DEADLINE_EXCEEDED: 1 });
});

t.test('what becomes of keys is counted', async (t) => {
  const { app, step } = await startService(t);
  const keyed = { 'idempotency-key': 'a' };
  const params = { name: 'Анна' };
  const both = await Promise.all([
    step('amocrm_create_contact', params, {}, keyed),
    step('amocrm_create_contact', params, {}, keyed),
  ]);
  t.strictSame(both.map(({ status }) => status).sort(), [200, 409]);
  await step('amocrm_create_contact', params, {}, keyed);
  await step('amocrm_create_contact', { name: 'Пётр' }, {}, keyed);
  t.strictSame((await serviceMetrics(app)).by('idempotency_keys_total', 'result'), {
    taken: 1,
    replayed: 1,
    'in-progress': 1,
    reused: 1,
  });
});

const post = 'POST /steps/amocrm_search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

/** Moments of the first request: its body is there, its connection is done with, its answer is made. */
function firstRequest(app: FastifyInstance) {
  const parsed = new Promise<void>((resolve) => {
    app.addHook('preHandler', async () => resolve());
  });
  const over = new Promise<void>((resolve) => {
    app.addHook('onRequest', async (_request, reply) => void finished(reply.raw, () => resolve()));
  });
  const answered = new Promise<void>((resolve) => {
    app.addHook('onSend', async () => resolve());
  });
  return { parsed, over, answered };
}

type Address = ReturnType<FastifyInstance['server']['address']>;

function open(address: Address, text: string) {
  if (address === null || typeof address === 'string') throw new Error('the service listens to no port');
  const socket = connect(address.port, '127.0.0.1');
  socket.write(text);
  return socket;
}

/** Sends the bytes and gives what comes back until the connection ends. */
async function talk(address: Address, text: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of open(address, text)) parts.push(part);
  return Buffer.concat(parts).toString();
}

t.test('the journal tells its size, its keys and what the disk has refused', async (t) => {
  const directory = t.testdir();
  const { app, step } = await startService(t, { env: { DATA_DIR: directory } });
  const create = (key: string) => step('amocrm_create_contact', { name: key }, {}, { 'idempotency-key': key });
  t.equal((await create('a')).status, 200);
  const before = await serviceMetrics(app);
  t.equal(before.sum('journal_keys'), 1);
  t.ok(before.sum('journal_bytes') > 4096);
  t.ok(before.sum('data_dir_free_ratio') > 0 && before.sum('data_dir_free_ratio') < 1);
  t.match(before.text, /^amocrm_steps_journal_failed_commits_total 0$/m);
  const holder = new DatabaseSync(join(directory, 'journal.db'));
  holder.exec('BEGIN IMMEDIATE');
  t.equal((await create('b')).status, 503);
  holder.close();
  t.ok((await serviceMetrics(app)).sum('journal_failed_commits_total') > 0);
});

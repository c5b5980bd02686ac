import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { loadConfig } from '../../src/config/config.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { buildWatchedApp } from '../fixtures/canary.ts';
import { ask as askDatabase, createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf } from '../fixtures/service.ts';
import { startTcpProxy } from '../fixtures/tcp-proxy.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const url = await createDatabase(t);
const admin = { 'x-api-key': 'admin-key-0123456789' };

interface Found {
  status: string;
  checks: { id: string; status: string; detail: string; action: string }[];
}

/** A service with a line to the database, whose address names a user and a password. */
async function open(t: Test, database: string, kind: 'one' | 'managed' = 'one') {
  const proxy = await startTcpProxy(database);
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0 });
  const address = new URL(proxy.url);
  address.password = 'hunter2';
  const accounts = {
    one: { AMO_BASE_URL: sandbox.url, AMO_ACCESS_TOKEN: sandbox.token },
    managed: { ADMIN_KEYS: `ops=${admin['x-api-key']}`, AMO_HOSTS: '127.0.0.1' },
  };
  const app = await buildWatchedApp({
    config: loadConfig({
      ...accounts[kind],
      DIRECTORY: 'off',
      DATA_DIR: t.testdir(),
      DATABASE_URL: String(address),
      SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      // Whoever waits for it makes the test fail.
      STEP_DEADLINE_MS: '300000',
    }),
    clock: createUnhurriedClock(),
    leaseTiming: { beatMs: 200, leaseMs: 2000, marginMs: 200, maxClockOffMs: 60_000 },
  });
  t.teardown(async () => {
    proxy.set('pass');
    await app.close();
    await Promise.all([proxy.close(), sandbox.close()]);
  });

  async function ask(path: string, headers: Record<string, string> = {}) {
    const answer = answerOf(await app.inject({ url: path, headers }));
    t.notMatch(JSON.stringify(answer), /hunter2|postgres[:@]/, 'neither user nor password');
    return answer;
  }

  return {
    app,
    proxy,
    sandbox,
    ask,
    place: address.host,
    async database(headers: Record<string, string> = {}) {
      const { status, body }: { status: number; body: Found } = await ask('/doctor', headers);
      const of = (id: string) => body.checks.find((check) => check.id === id);
      return { status, found: body.status, database: of('database'), account: of('account') };
    },
    /** Until the answer says so. */
    async until(isSo: (ready: { status: number; body: { detail?: string } }) => boolean) {
      while (!isSo(await ask('/health/ready'))) await sleep(20);
    },
  };
}

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  for (const line of ['cut', 'hole'] as const) {
    t.test(`a database that is away is named as the cause, and nobody waits for it: ${line}`, async (t) => {
      const { proxy, ask, database, place, until } = await open(t, url);
      t.match((await ask('/health')).body, { status: 'ok', account: {} });
      const told = `DATABASE_URL: the database at ${place} does not answer`;
      proxy.set(line);
      await until(({ body }) => body.detail === told);
      isProblem(t, await ask('/health/ready'), 'OVERLOADED');
      t.match(await ask('/health/live'), { status: 200 });
      let health = await ask('/health');
      // The account is closed a moment after the lease has ended.
      while (health.status === 200) {
        await sleep(20);
        health = await ask('/health');
      }
      isProblem(t, health, 'OVERLOADED');
      t.match(health, { headers: { 'retry-after': /^\d+$/ }, body: { detail: told, retryable: true } });
      const inRussian = await ask('/health', { 'accept-language': 'ru' });
      t.match(inRussian.body.detail, new RegExp(`база данных ${place} не отвечает`));
      t.match(await database(), {
        ...{ status: 200, found: 'fail' },
        database: { status: 'fail', detail: told, action: /network/ },
        account: { status: 'warn', action: 'See the database' },
      });
      proxy.set('pass');
      await until(({ status }) => status === 200);
      t.match((await ask('/health')).body, { status: 'ok' });
      t.match(await database(), {
        found: String,
        database: { status: 'ok', detail: `The database at ${place} answers` },
      });
    });
  }

  t.test('with several accounts too, for administrators, callers and those without a key', async (t) => {
    const { app, sandbox, proxy, ask, database, place, until } = await open(t, url, 'managed');
    const put = (path: string, payload: object) => app.inject({ method: 'PUT', url: path, headers: admin, payload });
    await put('/accounts/studio', { base_url: sandbox.url, access: { access_token: sandbox.token } });
    const keyOf = async (caller: string): Promise<Record<string, string>> => {
      const payload = { caller, accounts: ['studio'] };
      const made = answerOf(await app.inject({ method: 'POST', url: '/keys', headers: admin, payload }));
      return { 'x-api-key': made.body.key };
    };
    const [known, unknown] = [await keyOf('known'), await keyOf('unknown')];
    t.match((await ask('/health', known)).body, { status: 'ok', account: {} });
    const told = `DATABASE_URL: the database at ${place} does not answer`;
    proxy.set('cut');
    await until(({ body }) => body.detail === told);
    while ((await ask('/health', known)).status === 200) await sleep(20);
    for (const headers of [{}, admin, known, unknown]) {
      t.match(await ask('/health', headers), { status: 503, body: { code: 'OVERLOADED', detail: told } });
    }
    t.match(await ask('/accounts', admin), { status: 503, body: { code: 'OVERLOADED', detail: told } });
    for (const headers of [admin, known])
      t.match(await database(headers), { found: 'fail', database: { detail: told } });
  });

  t.test('a database that was made anew is told as what it is, with what to do', async (t) => {
    const { proxy, ask, database, place, until } = await open(t, url);
    t.match((await ask('/health')).body, { status: 'ok' });
    const name = new URL(url).pathname.slice(1);
    const server = new URL(url);
    server.pathname = '/postgres';
    proxy.set('cut');
    await askDatabase(String(server), `DROP DATABASE ${name} WITH (FORCE)`);
    proxy.set('pass');
    const missing = `DATABASE_URL: the server at ${place} has no such database`;
    await until(({ body }) => body.detail === missing);
    t.match(await database(), { database: { status: 'fail', detail: missing } });
    await askDatabase(String(server), `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
    const anew = new RegExp(`^DATABASE_URL: the database at ${place} was made anew, empty: .*[Rr]estore the backup`);
    await until(({ body }) => anew.test(body.detail ?? ''));
    const health = await ask('/health');
    isProblem(t, health, 'OVERLOADED');
    t.match(health.body.detail, anew);
    t.match(await ask('/health', { 'accept-language': 'ru' }), { body: { detail: /создана заново.*резервн/ } });
    t.match(await database(), {
      ...{ status: 200, found: 'fail' },
      database: { status: 'fail', detail: anew, action: /restore the backup.*restart/i },
      account: { status: 'warn' },
    });
    await t.test('a replica that is started makes them', async (t) => {
      const second = await open(t, url);
      await second.until(({ status }) => status === 200);
    });
    await until(({ status }) => status === 200);
    t.match((await ask('/health')).body, { status: 'ok' }, 'and the others go on with them');
  });
}

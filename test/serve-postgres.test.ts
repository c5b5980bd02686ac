import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { compileCache } from './fixtures/compile-cache.ts';
import { until } from './fixtures/keyed.ts';
import { ask, createDatabase, empty, noPostgres } from './fixtures/postgres.ts';
import { writesTo } from './fixtures/records.ts';
import { type ServiceProcess, startProcess } from './fixtures/service-process.ts';
import { startTcpProxy } from './fixtures/tcp-proxy.ts';

const url = await createDatabase(t);
const secret = { SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };

t.test('without DATABASE_URL nothing of PostgreSQL or of replicas is loaded', async (t) => {
  const listing = join(import.meta.dirname, 'fixtures/list-loaded.ts');
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, [listing], {
      env: { DATA_DIR: t.testdir(), ...compileCache, ...env },
      encoding: 'utf8',
    }).stdout;
  const settings = { AMO_BASE_URL: 'http://127.0.0.1:9', AMO_ACCESS_TOKEN: 'x', PORT: '0' };
  const ours = [
    /node_modules\/pg/,
    /store\/postgres/,
    /cluster\/(membership|owners|signature)/,
    /http\/(pass-on|send-on)/,
  ];
  const plain = run(settings);
  t.match(plain, /store\/sqlite\/open\.ts/);
  const shared = url === undefined ? undefined : run({ ...settings, ...secret, DATABASE_URL: url });
  for (const own of ours) {
    t.notMatch(plain, own);
    if (shared !== undefined) t.match(shared, own);
  }
});

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  async function open(t: Test, databaseUrl = url ?? '', env: Record<string, string> = {}) {
    const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0 });
    t.teardown(() => sandbox.close());
    const directory = t.testdir({});
    let serial = 0;
    /** Another container: nothing of DATA_DIR is left. */
    const settings = () => ({
      AMO_BASE_URL: sandbox.url,
      AMO_ACCESS_TOKEN: sandbox.token,
      AMO_RATE_LIMIT: '50',
      DIRECTORY: 'off',
      DATA_DIR: join(directory, String(serial++)),
      DATABASE_URL: databaseUrl,
      ...env,
      ...secret,
    });
    return { sandbox, settings, start: () => startProcess(t, settings()) };
  }

  async function create({ address }: ServiceProcess, name: string, key?: string) {
    const keyed: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const headers = { 'content-type': 'application/json', ...keyed };
    const body = JSON.stringify({ params: { name } });
    const answer = await fetch(`${address}/steps/amocrm_create_contact`, { method: 'POST', headers, body });
    const replayed = answer.headers.get('idempotency-replayed');
    return { status: answer.status, replayed, body: await answer.json() };
  }

  t.test('what is kept outlives a killed process and its disk: answers, and creates in doubt', async (t) => {
    const { sandbox, start } = await open(t);
    const first = await start();
    t.match(await create(first, 'Анна', 'k1'), { status: 200, replayed: null });
    sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'hang' } } });
    void create(first, 'Борис', 'k2').catch(() => undefined); // The process is killed.
    await until(() => writesTo(sandbox).length === 2);
    first.kill('SIGKILL');
    await first.exit;
    const second = await start();
    // It has the account when the lease of the one before has ended.
    t.match(await create(second, 'Анна', 'k1'), { status: 200, replayed: 'true' });
    t.match(await create(second, 'Борис', 'k2'), { status: 200, body: { result: { contact: { name: 'Борис' } } } });
    t.match(await create(second, 'Борис', 'k1'), { status: 422 });
    t.equal(writesTo(sandbox).length, 2);
    second.kill('SIGTERM');
    t.strictSame(await second.exit, [0, null]);
    t.match(await ask(url, 'SELECT owner FROM accounts'), [{ owner: null }]);
    t.match(await ask(url, 'SELECT count(*)::int AS live FROM replicas WHERE expires_at > now()'), [{ live: 0 }]);
  });

  t.test('a start outlasts statements that the database does not answer in time', async (t) => {
    const { start } = await open(t);
    // The first of each table takes longer than a statement may; what it has counted stays.
    await ask(
      url,
      "CREATE FUNCTION rest() RETURNS trigger AS 'BEGIN EXECUTE format(''SELECT CASE nextval(%L) WHEN 1 THEN pg_sleep(9) END'', " +
        "TG_ARGV[0]); RETURN NEW; END' LANGUAGE plpgsql",
    );
    await empty(url);
    const slow = ['secret_key', 'replicas', 'accounts'];
    for (const table of slow) {
      await ask(url, `CREATE SEQUENCE ${table}_rests`);
      await ask(
        url,
        `CREATE TRIGGER rest BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION rest('${table}_rests')`,
      );
    }
    const service = await start();
    t.match(await create(service, 'Анна'), { status: 200 });
    for (const table of slow) {
      t.match(await ask(url, `SELECT last_value::int AS turns FROM ${table}_rests`), [{ turns: 2 }]);
      await ask(url, `DROP TRIGGER rest ON ${table}`);
    }
    await ask(url, `DROP FUNCTION rest; DROP SEQUENCE ${slow.map((table) => `${table}_rests`).join(', ')}`);
  });

  t.test('a database that is away: keyed requests are refused at once, later all; then it goes on', async (t) => {
    const proxy = await startTcpProxy(url);
    t.teardown(proxy.close);
    const { sandbox, start } = await open(t, proxy.url, { STEP_DEADLINE_MS: '3000' });
    await empty(url);
    const service = await start();
    t.match(await create(service, 'Галина', 'k4'), { status: 200 });
    proxy.set('hole');
    const overloaded = { status: 503, body: { code: 'OVERLOADED', retryable: true } };
    t.match(await create(service, 'Дарья', 'k5'), overloaded);
    t.match(await create(service, 'Егор'), { status: 200 }, 'who needs no journal is served');
    t.match(await create(service, 'Дарья', 'k5'), overloaded);
    await until(() => service.lines.some(({ msg }) => msg === 'lease'));
    let last = await create(service, 'Жанна');
    // One that is on the wire when the lease ends is of unknown outcome.
    for (let turn = 0; [200, 504].includes(last.status); turn += 1) last = await create(service, `Жанна ${turn}`);
    t.match(last, overloaded, 'the lease has ended');
    const sent = sandbox.requests.length;
    t.match(await create(service, 'Зоя'), overloaded);
    t.equal(sandbox.requests.length, sent, 'nothing goes out');
    proxy.set('pass');
    for (last = await create(service, 'Игорь', 'k6'); last.status !== 200; )
      last = await create(service, 'Игорь', 'k6');
    t.match(await create(service, 'Галина', 'k4'), { status: 200, replayed: 'true' });
    t.equal([...sandbox.store.contacts.values()].filter(({ name }) => name === 'Игорь').length, 1);
    t.equal([...sandbox.store.contacts.values()].filter(({ name }) => name === 'Дарья').length, 0);
  });
}

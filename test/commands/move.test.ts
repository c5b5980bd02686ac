import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { compileCache } from '../fixtures/compile-cache.ts';
import { until } from '../fixtures/keyed.ts';
import { openIntegration, type Started } from '../fixtures/oauth.ts';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { itemsSent, writesTo } from '../fixtures/records.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const url = await createDatabase(t);
const command = join(import.meta.dirname, '../../src/commands/move.ts');
const secret = { SECRET_KEY: Buffer.alloc(32, 7).toString('base64'), AMO_TIMEOUT_MS: '1000' };

/** Runs the command as npm does. */
async function run(env: Record<string, string>, ...args: string[]) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [command, ...args], { env: { PATH, ...compileCache, ...env } });
  const exit = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await exit;
  return { out, err, status };
}

t.test('what cannot be done ends with one line, without a secret', async (t) => {
  const usage = /^Not moved: say where to: npm run move -- --to postgres, or --to sqlite/;
  const DATA_DIR = join(t.testdir({}), 'none');
  const env = { ...secret, DATA_DIR, DATABASE_URL: 'postgres://steps:CANARY@127.0.0.1:1/steps' };
  for (const [given, args, line] of [
    [env, [], usage],
    [env, ['--help'], usage],
    [env, ['--to', 'mysql'], usage],
    [env, ['--to', 'sqlite', 'more'], usage],
    [
      { ...env, DATABASE_URL: '' },
      ['--to', 'postgres'],
      /^Not moved: DATABASE_URL \(or DATABASE_URL_FILE\) is missing: (?!.*SECRET_KEY).*\.env .*docs\/en\/replicas\.md tells more\n$/,
    ],
    [
      { ...env, SECRET_KEY: '' },
      ['--to', 'postgres'],
      /^Not moved: SECRET_KEY \(or SECRET_KEY_FILE\) is missing: (?!.*DATABASE_URL).*\.env .*docs\/en\/replicas\.md tells more\n$/,
    ],
    [{ DATA_DIR }, ['--to', 'postgres'], /^Not moved: DATABASE_URL .* is missing: .*; SECRET_KEY .* is missing: /],
    [{ ...env, SECRET_KEY: 'CANARY' }, ['--to', 'postgres'], /^Not moved: SECRET_KEY entry 1 is not valid/],
    [env, ['--to', 'postgres'], /^Not moved: DATA_DIR \S+none: expected a directory that holds journal\.db/],
    [env, ['--to', 'sqlite'], /^Not moved: DATABASE_URL: expected a PostgreSQL that answers \(.*ECONNREFUSED/],
  ] as const) {
    const { out, err, status } = await run(given, ...args);
    t.match(err, line, args.join(' '));
    t.strictSame([out, err.split('\n').length, status], ['', 2, 1], args.join(' '));
    t.notMatch(err, /CANARY/);
  }
});

t.test('in a Russian terminal the line is in Russian, and says what to do', async (t) => {
  const env = {
    ...secret,
    LANG: 'ru_RU.UTF-8',
    DATA_DIR: join(t.testdir({}), 'none'),
    DATABASE_URL: 'postgres://127.0.0.1:1/x',
  };
  for (const [given, args, line] of [
    [env, [], /^Не перенесено: укажите, куда: npm run move -- --to postgres/],
    [
      env,
      ['--to', 'postgres'],
      /^Не перенесено: каталог DATA_DIR \S+none: нужен каталог, в котором есть journal\.db\n$/,
    ],
    [
      env,
      ['--to', 'sqlite'],
      /^Не перенесено: база DATABASE_URL: PostgreSQL не отвечает [^\n]*проверьте адрес[^\n]*ECONNREFUSED/,
    ],
    [
      { ...env, SECRET_KEY: 'x' },
      ['--to', 'sqlite'],
      /^Не перенесено: настройка SECRET_KEY: запись 1 неверна; нужно: 32 байта[^\n]*docs\/ru\/settings\.md\n$/,
    ],
    [
      { LANG: 'ru_RU.UTF-8' },
      ['--to', 'sqlite'],
      /^Не перенесено: не задана настройка DATABASE_URL .*docs\/ru\/replicas\.md\n$/,
    ],
    [{ ...env, LC_ALL: 'C' }, [], /^Not moved: say where to/],
  ] as const) {
    const { err, status } = await run(given, ...args);
    t.match(err, line, args.join(' '));
    t.equal(status, 1);
  }
});

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  const database = { ...secret, DATABASE_URL: url };
  const create = ({ step }: Started, name: string, key: string, headers: Record<string, string> = {}) =>
    step('amocrm_create_contact', { name }, { 'idempotency-key': key, ...headers });
  const later = { prefer: 'respond-async' };

  async function succeeded({ app }: Started, id: string): Promise<void> {
    const job = async () => (await app.inject(`/jobs/${id}`)).json();
    while ((await job()).status !== 'succeeded') await sleep(20);
  }

  t.test('to PostgreSQL and back: answers, creates in doubt, open jobs and tokens go on, each once', async (t) => {
    const { sandbox, directory, start, exchanges } = await openIntegration(t, { clock: createUnhurriedClock(100) });
    const move = (to: string, DATA_DIR = directory) => run({ ...database, DATA_DIR }, '--to', to);
    const names = () => itemsSent(sandbox, 'contacts').map(({ name }) => name);

    const first = await start({ ...secret, AMO_AUTH_CODE: sandbox.oauth.authCode() });
    const answered = await create(first, 'Анна', 'k1');
    t.match(answered, { status: 200 });
    // It is done, and nobody hears of it.
    sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'hang' } } });
    const job = (await create(first, 'Борис', 'j1', later)).body;
    await until(() => writesTo(sandbox).length === 2);
    t.match(await move('postgres'), { status: 1, out: '', err: /one is running with this\n$/ });
    await first.close();
    t.match(await move('postgres'), {
      status: 0,
      err: '',
      out: /^accounts: 0\n.*\nkeys: 2\n.*\njobs: 1\n.*Moved/s,
    });
    t.match(await move('postgres'), { status: 1, err: /expected an empty database/ });

    const second = await start(database);
    t.match(await create(second, 'Анна', 'k1'), { status: 200, body: answered.body });
    await succeeded(second, job.id);
    t.strictSame(names(), ['Анна', 'Борис']);
    t.match(await create(second, 'Вера', 'k2'), { status: 200 });
    sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
    const open = (await create(second, 'Галина', 'j2', later)).body;
    await until(() => writesTo(sandbox).length === 4);
    const back = join(directory, 'back');
    t.match(await move('sqlite', back), { status: 1, err: /that no process uses \(one is running with this/ });
    await second.close();
    t.match(await move('sqlite'), { status: 1, err: /journal\.db has rows in its table/ }, 'nothing is written over');
    t.match(await move('sqlite', back), { status: 0, err: '', out: /\nkeys: 4\n.*\njobs: 2\n/s });
    t.ok(existsSync(join(back, 'journal.db')));

    const third = await start({ ...secret, DATA_DIR: back });
    t.match(await create(third, 'Анна', 'k1'), { status: 200, body: answered.body });
    t.match(await create(third, 'Вера', 'k2'), { status: 200, headers: { 'idempotency-replayed': 'true' } });
    await succeeded(third, open.id);
    t.strictSame(
      [...sandbox.store.contacts.values()].map(({ name }) => name).filter((name) => name === 'Галина').length,
      1,
    );
    t.match(await create(third, 'Дарья', 'k3'), { status: 200 });
    t.equal(exchanges().length, 1, 'the tokens go over: the code is exchanged once');
  });
}

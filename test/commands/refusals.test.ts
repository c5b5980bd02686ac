import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';

/** What a command of `npm run` prints, and its status. */
async function run(command: string, args: string[], env: Record<string, string>) {
  const script = join(import.meta.dirname, `../../src/commands/${command}.ts`);
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, LC_ALL: 'C', ...env } });
  const exit = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await exit;
  return { out, err, status };
}

t.test('the demo on a busy port, or on none, ends with one line', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  t.teardown(() => holder.close());
  await once(holder, 'listening');
  const busy = String(Object(holder.address()).port);
  for (const [PORT, line] of [
    [
      busy,
      /^amocrm-steps cannot start: HOST and PORT: expected an address that is free here [^\n]*EADDRINUSE[^\n]*\n$/,
    ],
    ['eighty', /^amocrm-steps cannot start: PORT is not valid: "eighty"; expected the port to listen on[^\n]*\n$/],
  ] as const) {
    const { out, err, status } = await run('demo', [], { PORT });
    t.match(err, line);
    t.strictSame([out, status], ['', 1]);
  }
});

t.test('a sandbox that cannot start ends with one line', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  t.teardown(() => holder.close());
  await once(holder, 'listening');
  const busy = String(Object(holder.address()).port);
  for (const [given, line] of [
    [{ SANDBOX_SEED: 'x' }, /^The sandbox cannot start: SANDBOX_SEED must be one of true, false, not "x"\n$/],
    [{ PORT: 'eighty' }, /^The sandbox cannot start: PORT must be a whole number [^\n]*\n$/],
    [{ PORT: 'eighty', LC_ALL: 'ru_RU.UTF-8' }, /^Песочница не запускается: PORT [^\n]*\n$/],
    [{ PORT: busy }, /^The sandbox cannot start: listen EADDRINUSE[^\n]*\n$/],
  ] as const) {
    const { out, err, status } = await run('../sandbox/main', [], given);
    t.match(err, line);
    t.strictSame([out, status], ['', 1]);
  }
});

t.test('a backup that cannot be made ends with one line', async (t) => {
  const directory = t.testdir({
    empty: {},
    full: { 'journal.db': 'no database' },
    live: { 'lock.db': '', 'journal.db': '' },
  });
  for (const [folder, args, line] of [
    ['empty', ['copy.db'], /^No backup: DATA_DIR \S+empty: expected a directory that holds journal\.db\n$/],
    ['none', ['copy.db'], /^No backup: DATA_DIR \S+none: expected a directory that holds journal\.db\n$/],
    ['empty', [], /^No backup: say where to: npm run backup -- <file>[^\n]*\n$/],
    [
      'full',
      ['copy.db'],
      /^No backup: \S+journal\.db cannot be copied to \S+copy\.db: [^\n]*\(file is not a database\)\n$/,
    ],
    [
      'full',
      [join('none', 'copy.db')],
      /^No backup: \S+journal\.db cannot be copied to \S+none\/copy\.db: [^\n]*a directory that exists [^\n]*ENOENT[^\n]*\n$/,
    ],
    [
      'full',
      [join('live', 'journal.db')],
      /^No backup: \S+journal\.db is a service’s own file, [^\n]*DATA_DIR says\n$/,
    ],
    ['full', ['a.db', 'b.db'], /^No backup: say where to/],
  ] as const) {
    const { out, err, status } = await run(
      'backup',
      args.map((file) => join(directory, file)),
      { DATA_DIR: join(directory, folder) },
    );
    t.match(err, line);
    t.strictSame([out, status], ['', 1], `${folder} ${args}`);
  }
  const kept = await run('backup', [join(directory, 'copy.db')], {
    DATA_DIR: directory,
    DATABASE_URL: 'postgres://db/x',
  });
  t.match(kept.err, /^No backup: DATABASE_URL is set: [^\n]*pg_dump[^\n]*\n$/);
  t.strictSame([kept.out, kept.status], ['', 1]);
});

t.test('in a Russian terminal a refused start and a backup answer in Russian', async (t) => {
  const directory = t.testdir({});
  const env = { LC_ALL: 'ru_RU.UTF-8', DATA_DIR: directory };
  for (const [command, args, given, line] of [
    [
      'demo',
      [],
      { PORT: 'eighty' },
      /^amocrm-steps не запускается: настройка PORT неверна: "eighty"; нужно: порт[^\n]*\n$/,
    ],
    ['demo', ['--nope'], {}, /^Демо: запустите npm run demo[^\n]*\n$/],
    ['backup', [], {}, /^Копия не сделана: укажите, куда: npm run backup -- <файл>[^\n]*\n$/],
    [
      'backup',
      [join(directory, 'copy.db')],
      {},
      /^Копия не сделана: каталог DATA_DIR \S+: нужен каталог, в котором есть journal\.db\n$/,
    ],
    [
      'backup',
      ['copy.db'],
      { PORT: 'eighty' },
      /^Копия не сделана: настройка PORT неверна: [^\n]* docs\/ru\/settings\.md\n$/,
    ],
  ] as const) {
    const { out, err, status } = await run(command, [...args], { ...env, ...given });
    t.match(err, line);
    t.strictSame([out, status], ['', 1], `${command} ${args}`);
  }
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { StoreError } from '../../../src/store/store-error.ts';
import { openJournal } from '../../fixtures/journal.ts';

const source = join(import.meta.dirname, '../../fixtures/hold-directory.ts');
const server = join(import.meta.dirname, '../../../src/server.js');

async function holdInAnotherProcess(directory: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [source, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

t.test('a second process waits, then ends with one line that says so', async (t) => {
  const directory = t.testdir();
  const holder = await holdInAnotherProcess(directory);
  t.teardown(() => holder.kill());
  const started = performance.now();
  const refused = openJournal(directory, { waitMs: 250 });
  await t.rejects(refused, { name: 'StoreError', message: /^DATA_DIR .* no other process uses.*$/ });
  t.ok(performance.now() - started >= 250);
});

t.test('it goes on as soon as the first one ends', async (t) => {
  const directory = t.testdir();
  const holder = await holdInAnotherProcess(directory);
  const waiting = openJournal(directory, { waitMs: 20_000 });
  holder.stdin?.end();
  (await waiting).close();
});

t.test('a killed holder does not hold it up', async (t) => {
  const directory = t.testdir();
  const holder = await holdInAnotherProcess(directory);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  (await openJournal(directory, { waitMs: 0 })).close();
});

t.test('a journal that another process is just closing is waited for', async (t) => {
  const directory = t.testdir();
  (await openJournal(directory)).close();
  const script = `
    const database = new (require('node:sqlite').DatabaseSync)(process.argv[1]);
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    process.stdout.write('held');
    setTimeout(() => database.close(), 300);
  `;
  const closing = spawn(process.execPath, ['-e', script, join(directory, 'journal.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(closing.stdout, 'data');
  (await openJournal(directory, { waitMs: 0 })).close();
});

t.test('one process cannot use a directory twice either, and closing gives it back', async (t) => {
  const directory = t.testdir();
  const first = await openJournal(directory);
  await t.rejects(openJournal(directory, { waitMs: 0 }), StoreError);
  first.close();
  (await openJournal(directory, { waitMs: 0 })).close();
});

t.test('a data directory that cannot be used is one line of the server, and status 1', async (t) => {
  const directory = t.testdir({ file: '' });
  const env = {
    AMO_BASE_URL: 'http://127.0.0.1:9',
    AMO_ACCESS_TOKEN: 'x',
    PORT: '0',
    DATA_DIR: join(directory, 'file'),
  };
  const child = spawn(process.execPath, [server], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  t.match(err, /^amocrm-steps cannot start: DATA_DIR [^\n]*expected a directory[^\n]*\n$/);
  t.strictSame([out, status], ['', 1]);
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startService } from '../../fixtures/service.ts';

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

t.test('the data directory and all files in it are their owner’s alone', async (t) => {
  const directory = join(t.testdir(), 'data');
  const { step, sandbox } = await startService(t, { env: { DATA_DIR: directory } });
  t.equal((await step('amocrm_create_contact', { name: 'Один' }, {}, { 'idempotency-key': 'k' })).status, 200);
  sandbox.faults.add({ action: { kind: 'ban' } });
  await step('amocrm_create_contact', { name: 'Два' });
  t.equal(modeOf(directory), '700');
  const files = readdirSync(directory);
  t.strictSame(files.sort(), ['breaker.json', 'journal.db', 'journal.db-shm', 'journal.db-wal', 'lock.db']);
  for (const file of files) t.equal(modeOf(join(directory, file)), '600', file);
});

t.test('a directory that is there keeps its mode, its files do not', async (t) => {
  const directory = join(t.testdir(), 'data');
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  writeFileSync(join(directory, 'lock.db'), '');
  chmodSync(join(directory, 'lock.db'), 0o644);
  await startService(t, { env: { DATA_DIR: directory } });
  t.equal(modeOf(directory), '755');
  t.equal(modeOf(join(directory, 'lock.db')), '600');
});

t.test('a directory that the system does not let be made is told at once', async (t) => {
  const module = join(import.meta.dirname, '../../../src/store/sqlite/data-directory.ts');
  const script = `import { makeDirectory } from ${JSON.stringify(module)}; makeDirectory('/proc/none/data');`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  t.equal(ran.status, 1, 'it ended by itself');
  t.match(ran.stderr, /DATA_DIR.*\/proc\/none/s);
});

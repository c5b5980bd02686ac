import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import t from 'tap';
import { loggerOptions } from '../../../src/telemetry/logger.ts';
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

for (const [mode, isTold] of [
  [0o755, true],
  [0o750, false],
] as const) {
  t.test(`a directory of mode ${mode.toString(8)} stays so, its files do not`, async (t) => {
    const directory = join(t.testdir(), 'data');
    mkdirSync(directory);
    writeFileSync(join(directory, 'lock.db'), '');
    chmodSync(join(directory, 'lock.db'), 0o644);
    chmodSync(directory, mode);
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    await startService(t, { env: { DATA_DIR: directory }, logger: { ...loggerOptions('warn'), stream } });
    t.equal(modeOf(directory), mode.toString(8));
    t.equal(modeOf(join(directory, 'lock.db')), '600');
    t.equal(lines.filter((line) => line.includes('chmod 700')).length, isTold ? 1 : 0);
  });
}

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { startService } from '../fixtures/service.ts';
import { openAccountStore } from '../fixtures/store.ts';

function keysIn(directory: string): number {
  const reader = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  const rows = reader.prepare('SELECT * FROM keys').all();
  reader.close();
  return rows.length;
}

t.test('a start clears away what has expired', async (t) => {
  const directory = t.testdir();
  const store = await openAccountStore(directory, { now: () => Date.now() - 26 * 3_600_000 });
  const row = { fingerprint: 'f', checkpoint: '{}', response: '{}', address: null };
  await store.keys.put({ name: { caller: 'bob', key: 'one' }, row, writes: [] });
  store.close();
  t.equal(keysIn(directory), 1);
  await startService(t, { env: { DATA_DIR: directory } });
  while (keysIn(directory) > 0) await setImmediate();
  t.equal(keysIn(directory), 0);
});

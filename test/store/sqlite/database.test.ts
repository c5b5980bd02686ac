import { closeSync, existsSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openAccountStore } from '../../fixtures/store.ts';

t.test('a large file is checked as a whole only after an end that was none', async (t) => {
  const directory = t.testdir();
  const file = join(directory, 'journal.db');
  const first = await openAccountStore(directory);
  const checkpoint = JSON.stringify('x'.repeat(2 ** 20));
  for (let key = 0; key < 70; key += 1) {
    const row = { fingerprint: 'f', checkpoint, response: '{}' };
    await first.keys.put({ name: { caller: 'bob', key: `${key}` }, row, writes: [] });
  }
  first.close();
  t.notOk(existsSync(`${file}-wal`));
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(8192, 0x55), 0, 8192, Math.floor(statSync(file).size / 2 / 4096) * 4096);
  closeSync(descriptor);

  (await openAccountStore(directory)).close();
  writeFileSync(`${file}-wal`, '');
  await t.rejects(openAccountStore(directory), { name: 'StoreError', message: /the file is damaged/ });
});

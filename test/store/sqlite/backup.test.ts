import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { backUpJournal } from '../../../src/store/sqlite/backup.ts';
import { startService } from '../../fixtures/service.ts';

t.test('the journal can be copied into one file while the service runs', async (t) => {
  const directory = t.testdir();
  const { step } = await startService(t, { env: { DATA_DIR: directory } });
  const create = (name: string) => step('amocrm_create_contact', { name }, {}, { 'idempotency-key': name });
  await Promise.all(['a', 'b', 'c'].map(create));
  const target = join(directory, 'copy.db');
  const [pages] = await Promise.all([backUpJournal(directory, target), ...['d', 'e', 'f'].map(create)]);
  t.ok(pages > 0);
  const copy = new DatabaseSync(target, { readOnly: true });
  t.same(copy.prepare('PRAGMA integrity_check').get(), { integrity_check: 'ok' });
  t.ok(Number(copy.prepare('SELECT count(*) AS count FROM keys').get()?.count) >= 3);
  copy.close();
});

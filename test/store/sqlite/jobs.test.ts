import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { openAccountStore } from '../../fixtures/store.ts';
import { conformJobStore } from '../job-store-conformance.ts';

conformJobStore(t, (t, now) => {
  const directory = t.testdir();
  return async () => {
    const store = await openAccountStore(directory, { now, waitMs: 0 });
    const { jobs, keys, of, jobLoad: loadOfAll, openJobs: openOfAll, expire, close } = store;
    return { jobs, keys, others: of('another').jobs, loadOfAll, openOfAll, expire, close: async () => close() };
  };
});

t.test('what a scrape reads of open jobs is in indexes, but for the oldest of each account', async (t) => {
  const prepared = t.capture(DatabaseSync.prototype, 'prepare', DatabaseSync.prototype.prepare);
  const directory = t.testdir();
  (await openAccountStore(directory, { waitMs: 0 })).close();
  const told = prepared().map(({ args: [sql] }) => sql);
  prepared.restore();
  const database = new DatabaseSync(join(directory, 'journal.db'));
  t.teardown(() => database.close());
  const explain = (sql: string, word: 'QUERY PLAN' | '') => database.prepare(`EXPLAIN ${word} ${sql}`).all();
  const statements = told.filter((sql) => /oldest|WITH RECURSIVE|DISTINCT account FROM jobs/.test(sql));
  t.ok(statements.length >= 4, 'the load of one and of all, the oldest of each, accounts with open jobs');
  for (const sql of statements) {
    const plan = explain(sql, 'QUERY PLAN').map(({ detail }) => String(detail));
    t.strictSame(
      plan.filter((step) => /^(SCAN|SEARCH) jobs($| USING INTEGER PRIMARY KEY \(rowid[<>])/.test(step)),
      [],
      sql,
    );
    const program = explain(sql, '');
    const rows = program.flatMap(({ opcode, p3 }) => (opcode === 'DeferredSeek' ? p3 : []));
    t.notOk(
      program.some(({ opcode, p1 }) => opcode === 'Column' && rows.includes(p1)),
      `no row is read for each entry of an index: ${sql}`,
    );
  }
});

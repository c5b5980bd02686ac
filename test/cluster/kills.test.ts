import t from 'tap';
import { killTheOwners } from '../fixtures/kills.ts';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';

const url = await createDatabase(t);

// Nine kills, with real seconds and leases: `npm run chaos -- --replicas`.
if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('owners are killed one after another under keyed load: nothing is lost or done twice', async (t) => {
    const report = await killTheOwners(t, url, {
      kills: 3,
      callers: 24,
      env: { AMO_BATCH_SIZE: '8', AMO_TIMEOUT_MS: '2000' },
    });
    // A second of their gates is shorter: calls are counted where seconds are real.
    const { violations, most: _, ...counts } = report;
    t.comment(JSON.stringify(counts));
    t.strictSame(violations, []);
    t.ok(report.sentAgain > 0, 'they were killed at work');
  });
}

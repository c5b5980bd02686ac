import { join } from 'node:path';
import t from 'tap';
import { runCrashes } from './crashes.ts';

const script = join(import.meta.dirname, '../fixtures/serve-quickly.ts');

t.test('killed at random moments, everything asked for is there exactly once', { timeout: 110_000 }, async (t) => {
  const seed = Date.now() % 1_000_000;
  t.comment(`seed ${seed}`);
  const { faults, ...report } = await runCrashes({ seed, kills: 4, requests: 24, script });
  t.comment(JSON.stringify(report));
  t.strictSame(faults, []);
  t.ok(report.unanswered > 0, 'the service was hit at work');
});

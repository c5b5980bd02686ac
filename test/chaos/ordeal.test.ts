import { join } from 'node:path';
import t from 'tap';
import { type OrdealReport, undergo } from './ordeal.ts';

const seed = Number(process.env.CHAOS_SEED ?? 20_261_125);
t.comment(`seed ${seed}; CHAOS_SEED=… runs another`);

const script = join(import.meta.dirname, '../fixtures/serve-quickly.ts');
const short = { seed, script, second: 50, kills: 4, postings: 24, seconds: 200, life: 14, timeout: 4, limitMs: 90_000 };

t.test('killed amid harm, with calls that come late and others who write, all is there exactly once', async (t) => {
  const report = await undergo({ ...short, every: 5, late: 14 });
  tell(t, report);
  t.strictSame(report.violations, []);
  t.ok(report.unanswered > 0, 'the service was hit at work');
});

// On a busy machine a run may be over before much was under way: another seed then.
t.test('without its journal the same leaves duplicates, so the check can fail', async (t) => {
  const violations: string[] = [];
  for (let turn = 0; turn < 5 && violations.length === 0; turn += 1) {
    const report = await undergo({ ...short, seed: seed + turn, every: 0, late: 0, isForgetful: true });
    tell(t, report);
    violations.push(...report.violations);
  }
  t.match(violations.join('\n'), /is there, and was told to nobody/);
});

function tell(t: { comment(text: string): void }, { violations, ...report }: OrdealReport): void {
  t.comment(JSON.stringify({ ...report, violations: violations.length }));
}

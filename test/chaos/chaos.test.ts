import t from 'tap';
import { provable } from './faults.ts';
import { type Report, run } from './run.ts';

const seed = Number(process.env.CHAOS_SEED ?? 20_240_229);
t.comment(`seed ${seed}; CHAOS_SEED=… runs another`);

const creates = 200;

t.test('whatever happens to calls, every write happens exactly once, or its fate is said to be open', async (t) => {
  const report = await run({ seed, creates, every: 5, batchSize: 4 });
  tell(t, report);
  t.same(report.violations, []);
  t.ok(Object.keys(report.faults).length >= 12, `${Object.keys(report.faults).length} kinds of harm`);
});

t.test('a write that was carried out and whose answer is lost is never of unknown outcome', async (t) => {
  const harm = { faults: provable, every: 3, sparesReads: true };
  const report = await run({ seed, creates, only: 'good', batchSize: 2, ...harm });
  tell(t, report);
  t.same(report.violations, []);
  t.same(Object.keys(report.codes), ['OK']);
});

t.test('under a key nothing stays open: what is sent again in the end happens exactly once', async (t) => {
  const report = await run({ seed, creates: creates / 2, every: 5, batchSize: 4, isKeyed: true });
  tell(t, report);
  t.same(report.violations, []);
  t.notOk(report.codes.OUTCOME_UNKNOWN);
});

t.test('without reconciliation the same harm leaves duplicates, so the check can fail', async (t) => {
  const options = { seed, creates, only: 'contacts', faults: provable, every: 5, batchSize: 4 } as const;
  const sound = await run(options);
  const blind = await run({ ...options, isBlind: true });
  tell(t, blind);
  t.same(sound.violations, []);
  t.match(blind.violations.join('\n'), /there 2 times/);
});

function tell(t: { comment(text: string): void }, { calls, ms, codes, retried, faults }: Report): void {
  t.comment(`${calls} calls in ${ms} ms; ${JSON.stringify({ codes, retried, faults })}`);
}

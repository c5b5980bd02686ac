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
  t.ok(Object.keys(report.faults).length >= 12, 'many kinds of harm were done');
});

t.test('a write that was carried out and whose answer is lost is never of unknown outcome', async (t) => {
  const report = await run({ seed, creates, only: 'good', faults: provable, batchSize: 2 });
  tell(t, report);
  t.same(report.violations, []);
  t.same(Object.keys(report.codes), ['OK']);
});

t.test('without reconciliation the same harm leaves duplicates, so the check can fail', async (t) => {
  const options = { seed, creates, only: 'contacts', faults: provable, every: 5, batchSize: 4 } as const;
  const sound = await run(options);
  const blind = await run({ ...options, isBlind: true });
  tell(t, blind);
  t.same(sound.violations, []);
  t.match(blind.violations.join('\n'), /there 2 times/);
});

function tell(t: { comment(text: string): void }, { calls, codes, faults, ms }: Report): void {
  t.comment(`${calls} calls in ${ms} ms; ${JSON.stringify(codes)}; ${JSON.stringify(faults)}`);
}

import t from 'tap';
import { run, type Seen } from './run.ts';

const seed = Number(process.env.CHAOS_SEED ?? 20_260_229);
t.comment(`seed ${seed}; CHAOS_SEED=… runs another`);

t.test('after any harm the metrics are what the callers, the wire and amoCRM have seen, exactly', async (t) => {
  const { seen, codes, retried } = await run({ seed, creates: 200, every: 5, batchSize: 4, isKeyed: true });
  const { asked, swallowed, unsent, arrived, metrics } = seen;
  const calls = [...arrived, ...swallowed, ...unsent];
  t.ok(swallowed.length > 0, `${swallowed.length} calls were swallowed on their way`);
  t.strictSame(
    metrics.by('upstream_calls_total', 'method', 'entity'),
    tally(calls.map(nameOf)),
    `${calls.length} calls`,
  );
  t.strictSame(
    metrics.by('http_requests_total', 'method', 'route', 'status'),
    tally(asked.map(({ type, status }) => `POST /steps/${type} ${status}`)),
    `${asked.length} requests`,
  );
  const { OK: _, ...failed } = codes;
  t.strictSame(metrics.by('problems_total', 'code'), added(failed, retried));
  const total = metrics.sum('upstream_calls_total');
  t.equal(total, calls.length);
  t.equal(metrics.sum('upstream_call_duration_seconds_count'), total);
  t.equal(metrics.sum('limiter_wait_seconds_count'), total);
  t.equal(metrics.sum('upstream_rate_limited_total'), metrics.sum('upstream_calls_total', { outcome: 'too-many' }));
  t.ok(metrics.sum('upstream_retries_total') > 0);
  t.ok(metrics.sum('reconciliations_total', { result: 'found' }) > 0);
  t.ok(metrics.samples.length < 1000, `${metrics.samples.length} series`);
  t.notMatch(metrics.text, /Контакт|Сделка|\+7|example\.com|long-lived/, 'nothing says whom it was about');
});

t.test('items of batches are what amoCRM has been sent, as long as all of it arrives', async (t) => {
  const faults = ['429', '500 before', 'commit, then 500', 'commit, then reset', 'items left out'] as const;
  const { seen } = await run({ seed, creates: 200, every: 5, batchSize: 10, faults, callMs: 10_000 });
  const { arrived, swallowed, unsent, metrics } = seen;
  t.strictSame([...swallowed, ...unsent], []);
  const writes = arrived.flatMap((request) => (Array.isArray(request.body) ? [request] : []));
  const items = writes.flatMap((request) =>
    Array.from({ length: [request.body].flat().length }, () => nameOf(request)),
  );
  const counted = metrics.by('upstream_batch_items_sum', 'method', 'entity');
  for (const [name, count] of Object.entries(tally(items))) t.equal(counted[name], count, `${name}: ${count} items`);
  t.ok(items.length > writes.length, `${items.length} items in ${writes.length} calls`);
});

t.test('what is left unknown is counted', async (t) => {
  const harm = { faults: ['black hole before', 'commit, then cut body'], sparesReads: true } as const;
  const { seen, codes } = await run({ seed, creates: 40, every: 2, batchSize: 1, only: 'contacts', ...harm });
  t.ok(codes.OUTCOME_UNKNOWN, JSON.stringify(codes));
  t.equal(seen.metrics.sum('outcome_unknown_total'), codes.OUTCOME_UNKNOWN);
});

function nameOf({ method, path }: Seen['swallowed'][number]): string {
  return `${method} ${path.replace('/api/v4/', '')}`;
}

function tally(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, group]) => [name, group.length]));
}

function added(...counts: Record<string, number>[]): Record<string, number> {
  return tally(counts.flatMap((each) => Object.entries(each).flatMap(([name, times]) => Array(times).fill(name))));
}

import { Registry } from '@prometheus-io/client';
import t from 'tap';
import { countStatements } from '../../src/telemetry/count-statements.ts';
import { gaugeAccounts } from '../../src/telemetry/gauge-accounts.ts';
import { watchReplicas } from '../../src/telemetry/watch-replicas.ts';
import { readMetrics } from '../fixtures/metrics.ts';

t.test(
  'a replica tells whether it is ready and what it sees of the others, and nothing of that without a lease',
  async (t) => {
    const registry = new Registry();
    let sighting: { live: number; unowned: number } | undefined = { live: 3, unowned: 2 };
    const { onLeaseLost, onPass } = watchReplicas(registry, {
      isShared: true,
      isReady: () => sighting !== undefined,
      sighted: () => sighting,
    });
    const told = async () => readMetrics(await registry.metrics());
    t.strictSame((await told()).by('passes_total', 'result'), {});
    for (const result of ['answered', 'refused', 'unknown']) {
      t.match((await told()).text, `amocrm_steps_passes_total{result="${result}"} 0`);
    }
    onPass('answered');
    onPass('answered');
    onPass('unknown');
    const before = await told();
    t.strictSame(before.by('passes_total', 'result'), { answered: 2, unknown: 1 });
    t.strictSame(
      ['replica_ready', 'replicas_live', 'accounts_unowned', 'leases_lost_total'].map((name) => before.sum(name)),
      [1, 3, 2, 0],
    );
    sighting = undefined;
    onLeaseLost();
    const after = await told();
    t.match(after.text, /^amocrm_steps_replica_ready 0$/m);
    t.notMatch(after.text, /^amocrm_steps_(replicas_live|accounts_unowned) /m);
    t.equal(after.sum('leases_lost_total'), 1);
  },
);

t.test('one process with a file tells nothing of replicas', async (t) => {
  const registry = new Registry();
  watchReplicas(registry, { isShared: false, isReady: () => true, sighted: () => undefined });
  t.notMatch(await registry.metrics(), /^amocrm_steps_(replica_ready|replicas_live|accounts_unowned) /m);
});

t.test('statements that were answered have a time, others are counted', async (t) => {
  const registry = new Registry();
  const count = countStatements(registry);
  count({ ms: 30, isAnswered: true });
  count({ ms: 2000, isAnswered: false });
  const { text } = readMetrics(await registry.metrics());
  t.match(text, 'amocrm_steps_database_statement_duration_seconds_bucket{le="0.05"} 1');
  t.match(text, 'amocrm_steps_database_statement_duration_seconds_count 1');
  t.match(text, 'amocrm_steps_database_unanswered_total 1');
});

t.test('the age of the oldest job, of each account that is open', async (t) => {
  const registry = new Registry();
  const load = { breaker: 'closed', limit: 7, slots: 7, held: 0, waiting: 4, longestWaitMs: 0, pauseMs: 0 } as const;
  const accounts = {
    opened: () => ['studio', 'garage'].map((id) => ({ id, load })),
    openJobs: async () => [
      { account: 'studio', oldestAt: 40_000 },
      { account: 'elsewhere', oldestAt: 0 },
    ],
    clock: { wall: () => 100_000, second: 1000 },
  };
  gaugeAccounts(registry, { ...accounts, isNamed: true });
  const told = readMetrics(await registry.metrics());
  t.strictSame(told.by('account_jobs_oldest_seconds', 'account'), { studio: 60 });
  t.match(told.text, 'amocrm_steps_account_jobs_oldest_seconds{account="garage"} 0');
  t.strictSame(told.by('account_waiting', 'account'), { studio: 4, garage: 4 });
  t.equal(told.sum('accounts_open'), 2);
  const single = new Registry();
  gaugeAccounts(single, { ...accounts, isNamed: false });
  t.notMatch(await single.metrics(), 'account="');
});

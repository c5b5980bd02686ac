import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../fixtures/postgres.ts';
import { startPostgres } from '../fixtures/postgres-server.ts';
import { keyed, type Target, throughService } from './creates.ts';
import { callsOf, mostPerSecond, rateOf } from './jobs.ts';
import { closedLoop, post } from './load.ts';
import { runToEnd } from './processes.ts';
import { type IdlePlan, measureIdleReplicas } from './replica-hops.ts';
import { plain, startReplicas } from './replica-set.ts';
import { type BenchSandbox, lifelike } from './sandbox.ts';
import { startService } from './services.ts';
import { count, duration, median, type Table, times } from './table.ts';

export interface ReplicasPlan extends IdlePlan {
  creates: number;
  rounds: number;
  /** Creates that keep the limit busy. */
  steady: number;
}

/** A little more than the service rests after its start, and than a burst counts at amoCRM. */
const restedMs = 1_500;
const atOnce = 250;

let number = 0;

/** What several replicas cost: against one process without a database, or against what the design promises. */
export async function measureReplicas(sandbox: BenchSandbox, plan: ReplicasPlan): Promise<Table> {
  const server = await startPostgres({ isSafe: true });
  if (server === undefined) throw new Error('npm has no PostgreSQL for this machine');
  const database = async (name: string) => {
    await ask(server.url, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
    return String(new URL(`/${name}`, server.url));
  };
  try {
    const rows = [
      ...(await underTheLimit(sandbox, await database('bursts'), plan)),
      ...(await measureIdleReplicas(sandbox, await database('hops'), plan)),
      await journals(await database('journal'), plan),
    ];
    return {
      title: 'Several replicas on PostgreSQL',
      head: ['measure', 'amocrm-steps', 'compared with', 'ratio', 'target'],
      rows,
    };
  } finally {
    await server.stop();
  }
}

async function underTheLimit(sandbox: BenchSandbox, database: string, { creates, rounds, steady }: ReplicasPlan) {
  await sandbox.reset(lifelike);
  const alone = await startService(sandbox, plain, false, 'any');
  const set = await startReplicas(sandbox, database, {});
  const taken = new Map<string, Burst[]>();
  // In turns: what else the machine does meanwhile meets all of them. The first ones are cold.
  for (let round = 0; round <= rounds; round += 1) {
    for (const isKeyed of [false, true]) {
      for (const [who, targets] of [
        ['one', [throughService(alone.address)]],
        ['three', set.targets()],
      ] as const) {
        await sleep(restedMs);
        const made = await burst(sandbox, targets, creates, isKeyed);
        const name = `${who} ${isKeyed}`;
        if (round > 0) taken.set(name, [...(taken.get(name) ?? []), made]);
      }
    }
  }
  await sleep(restedMs);
  const { next } = await sandbox.requests(Number.MAX_SAFE_INTEGER);
  const each = Math.ceil(steady / 3);
  await Promise.all(set.targets().map((target, index) => closedLoop(target, number + index * each, each, atOnce)));
  number += 3 * each;
  const rate = rateOf(await callsOf(sandbox, next));
  await Promise.all([alone.stop(), set.stop()]);
  const bursts = [false, true].map((isKeyed) => {
    const [three, one] = ['three', 'one'].map((who) => {
      const all = taken.get(`${who} ${isKeyed}`) ?? [];
      return { ms: median(all.map(({ ms }) => ms)), calls: median(all.map(({ calls }) => calls)) };
    });
    if (three === undefined || one === undefined) throw new Error('nothing was measured');
    return [
      `${count(creates)} creates at once ${isKeyed ? 'under keys' : 'without keys'} over three replicas`,
      `${duration(three.ms)}, ${count(three.calls)} calls`,
      `${duration(one.ms)}, ${count(one.calls)} calls: one process`,
      times(three.ms / one.ms),
      `≤ ${isKeyed ? 1.3 : 1.15}×`,
    ];
  });
  const budget = ['made in amoCRM while more wait on all three', `${count(rate)}/s`];
  const limit = `${count(mostPerSecond)}/s: full calls of 50 at seven a second`;
  return [...bursts, [...budget, limit, `${times(rate / mostPerSecond)} of the limit`, '≥ 0.85×']];
}

interface Burst {
  /** Until all are answered. */
  ms: number;
  calls: number;
}

/** Throws unless each is there once. */
async function burst(
  sandbox: BenchSandbox,
  targets: readonly Target[],
  creates: number,
  isKeyed: boolean,
): Promise<Burst> {
  const { next } = await sandbox.requests(Number.MAX_SAFE_INTEGER);
  const agent = new Agent({ keepAlive: true });
  const from = number;
  number += creates;
  const began = performance.now();
  const statuses = await Promise.all(
    Array.from({ length: creates }, (_, index) => {
      const target = targets[index % targets.length];
      if (target === undefined) throw new Error('nobody to ask');
      return post(isKeyed ? keyed(target, `burst-${from + index}`) : target, from + index, agent);
    }),
  );
  const ms = performance.now() - began;
  agent.destroy();
  const failed = statuses.filter((status) => status !== 200);
  if (failed.length > 0) throw new Error(`a burst was answered ${failed.join()}`);
  const { contacts } = await sandbox.state();
  const names = contacts.map(({ name }) => name).filter((name) => Number(/^Bench (\d+)$/.exec(name)?.[1]) >= from);
  if (names.length !== creates || new Set(names).size !== creates) throw new Error('not each is there once');
  return { ms, calls: (await sandbox.requests(next)).requests.length };
}

async function journals(database: string, { rounds }: ReplicasPlan): Promise<string[]> {
  const args = [database, String(atOnce), String(rounds)];
  const { result, complaint } = await runToEnd('measured', 'test/bench/journal-rates.ts', args, 120_000);
  const { postgres, sqlite } = Object(result);
  if (typeof postgres !== 'number' || typeof sqlite !== 'number') throw new Error(complaint);
  const what = `keyed steps in the journal, ${atOnce} at once`;
  return [what, `${count(postgres)}/s`, `${count(sqlite)}/s: SQLite`, times(postgres / sqlite), '≥ 0.3×'];
}

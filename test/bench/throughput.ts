import { type Target, throughProxy, throughService } from './creates.ts';
import { closedLoop } from './load.ts';
import type { Running } from './processes.ts';
import { type BenchSandbox, unlimited } from './sandbox.ts';
import { startProxy, startService } from './services.ts';
import { count, figure, median, times } from './table.ts';

export interface ThroughputPlan {
  creates: number;
  warmUp: number;
  rounds: number;
}

interface Round {
  perSecond: number;
  /** CPU microseconds of the process for each create. */
  cpu: number;
  /** Shares of the time in which the process, and the sandbox with the load, were busy. */
  busy: number;
  loadBusy: number;
  /** Upstream calls. */
  calls: number;
}

const atATime = 500;

/** Creates as fast as one core makes them, upstream limit off. */
export async function measureThroughput(sandbox: BenchSandbox, plan: ThroughputPlan): Promise<string[][]> {
  await sandbox.reset(unlimited);
  const service = await startService(sandbox, { AMO_RATE_LIMIT: '50', AMO_BATCH_SIZE: '250' });
  const proxy = await startProxy(sandbox);
  const measured = {
    ours: { process: service, target: throughService(service.address), rounds: [] as Round[] },
    proxy: { process: proxy, target: throughProxy(proxy.address), rounds: [] as Round[] },
  };
  let from = 0;
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { process, target, rounds } of [measured.ours, measured.proxy]) {
      if (round === 0) await closedLoop(target, from, plan.warmUp, atATime);
      from += plan.warmUp;
      rounds.push(await measure(sandbox, process, target, from, plan.creates));
      from += plan.creates;
    }
  }
  await Promise.all([service.stop(), proxy.stop()]);

  const ours = middle(measured.ours.rounds);
  const bare = middle(measured.proxy.rounds);
  return [
    [
      'creates per second on one core',
      `${count(ours.perSecond)}/s in ${count(ours.calls)} calls; ${cores(ours)}`,
      `${count(bare.perSecond)}/s in ${count(bare.calls)} calls: a bare Fastify + ky proxy; ${cores(bare)}`,
      `${times(ours.perSecond / bare.perSecond)} the creates`,
    ],
    [
      'CPU per create at that rate',
      `${figure(ours.cpu)} µs`,
      `${figure(bare.cpu)} µs: that proxy`,
      `${times(ours.cpu / bare.cpu)} the CPU`,
    ],
  ];
}

async function measure(
  sandbox: BenchSandbox,
  measured: Running,
  target: Target,
  from: number,
  creates: number,
): Promise<Round> {
  const before = await used();
  const { ms, statuses } = await closedLoop(target, from, creates, atATime);
  const after = await used();
  if (statuses.get(200) !== creates) throw new Error(`${target.url}: ${JSON.stringify([...statuses])}`);
  const micros = ms * 1000;
  return {
    perSecond: creates / (ms / 1000),
    cpu: (after.cpu - before.cpu) / creates,
    busy: (after.cpu - before.cpu) / micros,
    loadBusy: (after.load - before.load) / micros,
    calls: after.calls - before.calls,
  };

  async function used() {
    const { next: calls } = await sandbox.requests(Number.MAX_SAFE_INTEGER);
    const { cpu } = await measured.usage();
    const { user, system } = process.cpuUsage();
    const load = user + system + (await sandbox.usage()).cpu;
    return { calls, cpu, load };
  }
}

/** The round with the median rate. */
function middle(rounds: readonly Round[]): Round {
  const rate = median(rounds.map(({ perSecond }) => perSecond));
  const found = rounds.find(({ perSecond }) => perSecond === rate);
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

function cores({ busy, loadBusy }: Round): string {
  return `busy ${figure(busy * 100)} %, load and sandbox ${figure(loadBusy * 100)} %`;
}

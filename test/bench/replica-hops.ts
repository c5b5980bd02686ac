import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { usualTiming } from '../../src/cluster/membership.ts';
import { keyed, throughService } from './creates.ts';
import { post } from './load.ts';
import { type ReplicaSet, startReplicas } from './replica-set.ts';
import { type BenchSandbox, unlimited } from './sandbox.ts';
import { duration, figure, median, times } from './table.ts';

export interface IdlePlan {
  samples: number;
  kills: number;
}

/** Under 50 creates a second, which the replicas are told to keep: nobody may have to wait for a place. */
const roundMs = 50;

let number = 0;

/** What a request pays for coming to a replica that has not its account, and for the death of the one that has it. */
export async function measureIdleReplicas(sandbox: BenchSandbox, database: string, { samples, kills }: IdlePlan) {
  await sandbox.reset(unlimited);
  const set = await startReplicas(sandbox, database, { AMO_RATE_LIMIT: '50' });
  const rows = [await hops(set, samples), await takeovers(set, kills)];
  await set.stop();
  return rows;
}

async function hops(set: ReplicaSet, samples: number): Promise<string[]> {
  const agent = new Agent({ keepAlive: true });
  const [first] = set.targets();
  if (first !== undefined) await post(first, number++, agent);
  const { own, other } = await set.sides();
  const taken = { own: [] as number[], other: [] as number[] };
  const warmUp = Math.ceil(samples / 3);
  for (let sample = -warmUp; sample < samples; sample += 1) {
    const began = performance.now();
    for (const [name, { address }] of [
      ['own', own],
      ['other', other],
    ] as const) {
      const sent = performance.now();
      const status = await post(throughService(address), number++, agent);
      if (status !== 200) throw new Error(`a replica answered ${status}`);
      if (sample >= 0) taken[name].push(performance.now() - sent);
    }
    await sleep(Math.max(0, roundMs - (performance.now() - began)));
  }
  agent.destroy();
  const [through, direct] = [median(taken.other), median(taken.own)];
  const what = 'an idle create by a replica that has not the account, p50';
  return [what, `${figure(through)} ms`, `${figure(direct)} ms: by its owner`, times(through / direct), '≤ 2×'];
}

/** From the kill of the owner until another has carried a keyed create out. */
async function takeovers(set: ReplicaSet, kills: number): Promise<string[]> {
  const taken: number[] = [];
  for (let turn = 0; turn < kills; turn += 1) {
    const { own, other } = await set.sides();
    const agent = new Agent({ keepAlive: true });
    const began = performance.now();
    await set.kill(own);
    const key = `takeover-${number++}`;
    while ((await post(keyed(throughService(other.address), key), number, agent)) !== 200) await sleep(20);
    taken.push(performance.now() - began);
    agent.destroy();
    await set.start();
  }
  const longest = Math.max(...taken);
  const { leaseMs } = usualTiming;
  return [
    `the first answer to a keyed create after kill -9 of the owner, longest of ${kills}`,
    `${duration(longest)}; median ${duration(median(taken))}`,
    `${duration(leaseMs)}: the lease`,
    times(longest / leaseMs),
    '≤ 1.3×',
  ];
}

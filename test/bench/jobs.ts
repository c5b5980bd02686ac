import { setTimeout as sleep } from 'node:timers/promises';
import { throughService } from './creates.ts';
import { closedLoop } from './load.ts';
import { type BenchSandbox, lifelike } from './sandbox.ts';
import { startService } from './services.ts';
import { count, times } from './table.ts';

export interface JobsPlan {
  jobs: number;
}

const atATime = 250;
/** What the limit allows: seven full calls a second. */
const [callsAtOnce, batchSize] = [7, 50];
export const mostPerSecond = callsAtOnce * batchSize;
const lookMs = 500;
/** A little more than the service rests after its start. */
const restedMs = 1_500;

/** Creates that are accepted for later, and how fast they reach amoCRM under its limit. */
export async function measureJobs(sandbox: BenchSandbox, { jobs }: JobsPlan): Promise<string[][]> {
  await sandbox.reset(lifelike);
  const service = await startService(sandbox);
  const { url, headers, bodyOf } = throughService(service.address);
  const target = { url, headers: { ...headers, prefer: 'respond-async' }, bodyOf };
  await sleep(restedMs);
  const { ms, statuses } = await closedLoop(target, 0, jobs, atATime);
  const begun = (await callsOf(sandbox)).length;
  const accepted = statuses.get(202) ?? 0;
  while ((await made(sandbox)) < accepted) await sleep(lookMs);
  const calls = await callsOf(sandbox);
  await service.stop();
  const acceptedRate = (accepted / ms) * 1000;
  const [meanwhile, afterwards] = [rateOf(calls.slice(0, begun)), rateOf(calls.slice(begun))];
  return [
    [
      `${count(jobs)} jobs accepted, committed to disk, while they are carried out`,
      `${count(acceptedRate)}/s`,
      `${count(meanwhile)}/s: made in amoCRM meanwhile`,
      `${times(acceptedRate / meanwhile)} as fast`,
    ],
    [
      'jobs made in amoCRM, once no more are accepted',
      `${count(afterwards)}/s`,
      `${mostPerSecond}/s: full calls of 50 at seven a second`,
      `${times(afterwards / mostPerSecond)} of the limit`,
    ],
  ];
}

/** When the creates have arrived; from a request of the sandbox on. */
export async function callsOf(sandbox: BenchSandbox, since = 0): Promise<number[]> {
  return (await sandbox.requests(since)).requests.filter(({ method }) => method === 'POST').map(({ at }) => at);
}

/** Creates a second in full calls that arrived at these times, milliseconds: between equal moments of two rounds. */
export function rateOf(calls: readonly number[]): number {
  const between = calls.length - 1 - ((calls.length - 1) % callsAtOnce);
  const [first = 0, last = 0] = [calls[0], calls[between]];
  return ((between * batchSize) / (last - first)) * 1000;
}

async function made(sandbox: BenchSandbox): Promise<number> {
  const { contacts } = await sandbox.state();
  return contacts.filter(({ name }) => name.startsWith('Bench ')).length;
}

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
/** Creates a second that the limit allows: seven calls of 50. */
const mostPerSecond = 7 * 50;
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
  const began = performance.now();
  const { ms, statuses } = await closedLoop(target, 0, jobs, atATime);
  const accepted = statuses.get(202) ?? 0;
  while ((await made(sandbox)) < accepted) await sleep(lookMs);
  const drainedMs = performance.now() - began;
  await service.stop();
  const [acceptedRate, drainedRate] = [(accepted / ms) * 1000, (accepted / drainedMs) * 1000];
  return [
    [
      `${count(jobs)} jobs accepted, committed to disk, while they are carried out`,
      `${count(acceptedRate)}/s`,
      `${count(drainedRate)}/s: made in amoCRM`,
      `${times(acceptedRate / drainedRate)} as fast`,
    ],
    [
      'jobs made in amoCRM',
      `${count(drainedRate)}/s`,
      `${mostPerSecond}/s: full calls of 50 at seven a second`,
      `${times(drainedRate / mostPerSecond)} of the limit`,
    ],
  ];
}

async function made(sandbox: BenchSandbox): Promise<number> {
  const { contacts } = await sandbox.state();
  return contacts.filter(({ name }) => name.startsWith('Bench ')).length;
}

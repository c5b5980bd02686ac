import { setTimeout as sleep } from 'node:timers/promises';
import { peopleFrom } from './crowd-account.ts';
import { fillDirectory, find } from './filled.ts';
import type { LatencyPlan } from './idle-latency.ts';
import { type BenchSandbox, unlimited } from './sandbox.ts';
import { startService } from './services.ts';
import { figure, quantile, times } from './table.ts';

const known = 200;
/** Under 50 calls a second, which the service is told to keep. */
const roundMs = 50;

/** A find of somebody known, one at a time: with a contact directory that is filled, and without one, in turn. */
export async function measureIdleFinds(sandbox: BenchSandbox, { samples, warmUp }: LatencyPlan): Promise<string[][]> {
  await sandbox.reset(unlimited);
  await sandbox.somebody('contacts', peopleFrom(0, known));
  const services = {
    on: await startService(sandbox, { AMO_RATE_LIMIT: '50', DIRECTORY: 'on' }),
    off: await startService(sandbox, { AMO_RATE_LIMIT: '50', DIRECTORY: 'off' }),
  };
  await fillDirectory(services.on, known);
  const taken: Record<keyof typeof services, number[]> = { on: [], off: [] };
  const calls: Record<keyof typeof services, number> = { on: 0, off: 0 };
  for (let number = -warmUp; number < samples; number += 1) {
    const began = performance.now();
    for (const name of ['on', 'off'] as const) {
      const { next: before } = await sandbox.requests(Number.MAX_SAFE_INTEGER);
      const ms = await find(services[name], (number + warmUp) % known);
      const { next } = await sandbox.requests(Number.MAX_SAFE_INTEGER);
      if (number < 0) continue;
      taken[name].push(ms);
      calls[name] += next - before;
    }
    await sleep(Math.max(0, roundMs - (performance.now() - began)));
  }
  await Promise.all([services.on.stop(), services.off.stop()]);
  const [on, off] = [quantile(taken.on, 0.5), quantile(taken.off, 0.5)];
  return [
    [
      'an idle find of somebody known, p50',
      `${figure(on)} ms, ${figure(calls.on / samples)} calls each`,
      `${figure(off)} ms, ${figure(calls.off / samples)} calls each: without the contact directory`,
      `${times(on / off)} the time, ${times(calls.on / calls.off)} the calls`,
    ],
  ];
}

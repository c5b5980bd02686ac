import { setTimeout as sleep } from 'node:timers/promises';
import { straight, type Target, throughProxy, throughService } from './creates.ts';
import { type BenchSandbox, unlimited } from './sandbox.ts';
import { startProxy, startService } from './services.ts';
import { figure, quantile, times } from './table.ts';

export interface LatencyPlan {
  samples: number;
  warmUp: number;
}

/** Under 50 creates a second, which the service is told to keep: nobody may have to wait for a place. */
const roundMs = 25;

/** One create at a time through each, in turn, when nothing else happens. */
export async function measureIdleLatency(sandbox: BenchSandbox, { samples, warmUp }: LatencyPlan): Promise<string[][]> {
  await sandbox.reset(unlimited);
  const service = await startService(sandbox, { AMO_RATE_LIMIT: '50' });
  const proxy = await startProxy(sandbox);
  const targets = {
    bare: straight(sandbox.address, sandbox.token),
    proxy: throughProxy(proxy.address),
    ours: throughService(service.address),
  };
  const taken: Record<keyof typeof targets, number[]> = { bare: [], proxy: [], ours: [] };
  for (let number = -warmUp; number < samples; number += 1) {
    const began = performance.now();
    for (const name of ['bare', 'proxy', 'ours'] as const) {
      const ms = await timed(targets[name], number + warmUp);
      if (number >= 0) taken[name].push(ms);
    }
    await sleep(Math.max(0, roundMs - (performance.now() - began)));
  }
  await Promise.all([service.stop(), proxy.stop()]);

  return [0.5, 0.99].map((share) => {
    const [bare, ours, through] = [taken.bare, taken.ours, taken.proxy].map((all) => quantile(all, share));
    if (bare === undefined || ours === undefined || through === undefined) throw new Error('nothing was measured');
    return [
      `latency of an idle create, p${share * 100}`,
      `${figure(ours)} ms, so ${ours < bare ? '−' : '+'}${figure(Math.abs(ours - bare))} ms`,
      `${figure(bare)} ms: the same call straight to amoCRM; ${figure(through)} ms: through a bare Fastify + ky proxy`,
      `${times(ours / bare)} the bare call, ${times(ours / through)} the proxy`,
    ];
  });
}

async function timed({ url, headers, bodyOf }: Target, number: number): Promise<number> {
  const began = performance.now();
  const response = await fetch(url, { method: 'POST', headers, body: bodyOf(number) });
  const text = await response.text();
  const ms = performance.now() - began;
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return ms;
}

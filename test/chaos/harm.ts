import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startFaultProxy } from '../fixtures/fault-proxy.ts';
import { type Delays, drawFault, type FaultName, harmOf, isSwallowedBy } from './faults.ts';
import type { Random } from './random.ts';

export interface HarmOptions {
  random: Random;
  /** What may happen to calls. */
  faults: readonly FaultName[];
  /** Each nth call meets a fault; of creates alone, where reads are spared. 0: none does. */
  every: number;
  sparesReads?: boolean;
  delays: Delays;
}

export interface Harm {
  /** Stands in for the sandbox's address. */
  url: string;
  /** Moments (monotonic ms) at which calls were sent. */
  sentAt: number[];
  /** Calls by the fault that they met. */
  met: Record<string, number>;
  /** Calls that came to an end on their way. */
  swallowed: { method: string; path: string }[];
  /** Resolves when the next create passes. */
  nextCreate(): Promise<void>;
  close(): Promise<void>;
}

/** A way to the sandbox on which calls come to harm. The seed decides the row of faults, timing which call meets which. */
export async function startHarm(sandbox: Sandbox, options: HarmOptions): Promise<Harm> {
  const { random, faults, every, sparesReads = false, delays } = options;
  const sentAt: Harm['sentAt'] = [];
  const met: Harm['met'] = {};
  const swallowed: Harm['swallowed'] = [];
  let onCreate = () => {};
  let counted = 0;
  const proxy = await startFaultProxy(sandbox.url, ({ method, path }) => {
    sentAt.push(performance.now());
    if (method === 'POST') onCreate();
    if (every === 0 || (sparesReads && method !== 'POST')) return undefined;
    counted += 1;
    if (counted % every !== 0) return undefined;
    const name = drawFault(random, faults, method);
    const harm = harmOf(name, random, delays);
    met[name] = (met[name] ?? 0) + 1;
    if (isSwallowedBy(harm)) swallowed.push({ method, path });
    if ('proxy' in harm) return harm.proxy;
    // It meets this call or, should one overtake it, another of the same kind.
    sandbox.faults.add({ method, path: new RegExp(`^${path}$`), action: harm.sandbox });
    return undefined;
  });
  return {
    ...proxy,
    sentAt,
    met,
    swallowed,
    nextCreate: () =>
      new Promise((resolve) => {
        onCreate = resolve;
      }),
  };
}

import type { FaultAction } from '../../src/sandbox/sandbox.ts';
import type { ProxyFault } from '../fixtures/fault-proxy.ts';
import { between, pick, type Random } from './random.ts';

/** Harm done to one call: on its way, or by the sandbox's switchboard. */
export type Harm = { proxy: ProxyFault } | { sandbox: FaultAction };

const html = (status: number): FaultAction => ({ kind: 'status', status, body: 'html' });
const sandbox = (action: FaultAction) => (): Harm => ({ sandbox: action });
const committed = (next: FaultAction) => sandbox({ kind: 'after', next });
const proxy = (fault: ProxyFault) => (): Harm => ({ proxy: fault });

const sensible = ['0', '1', '2'] as const;
const absurd = [
  '-5',
  '0.001',
  'soon',
  '',
  '86400',
  '99999999999',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  'Fri, 31 Dec 9999 23:59:59 GMT',
] as const;

/** AMO_TIMEOUT_MS of the runs, the measure of what comes too late. */
export const timeoutMs = 300;

/** Every way in which a call may come to harm here. */
const catalogue = {
  '429': sandbox({ kind: 'too-many' }),
  '429 with Retry-After': (random) => ({ sandbox: { kind: 'too-many', retryAfter: pick(random, sensible) } }),
  '429 with an absurd Retry-After': (random) => ({ sandbox: { kind: 'too-many', retryAfter: pick(random, absurd) } }),
  '500 before': sandbox({ kind: 'status', status: 500 }),
  '502 before': sandbox(html(502)),
  '503 before': sandbox(html(503)),
  '504 before': sandbox(html(504)),
  'system error before': sandbox({ kind: 'system-error' }),
  'drop before': sandbox({ kind: 'drop' }),
  'reset before': proxy({ kind: 'reset', at: 'request' }),
  'black hole before': proxy({ kind: 'black-hole', at: 'request' }),
  'commit, then 500': committed({ kind: 'status', status: 500 }),
  'commit, then 502': committed(html(502)),
  'commit, then 503': committed(html(503)),
  'commit, then 504': committed(html(504)),
  'commit, then reset': proxy({ kind: 'reset', at: 'answer' }),
  'reset while at work': proxy({ kind: 'reset', at: 'sent' }),
  'commit, then drop': committed({ kind: 'drop' }),
  'commit, then half-close': proxy({ kind: 'half-close' }),
  'commit, then cut body': (random) => ({ sandbox: { kind: 'cut', bytes: between(random, 0, 60) } }),
  'commit, then cut anywhere': (random) => ({ proxy: { kind: 'cut', bytes: between(random, 1, 600) } }),
  'commit, then HTML with 200': committed(html(200)),
  'commit, then garbled JSON': sandbox({ kind: 'garbled' }),
  'commit, then black hole': proxy({ kind: 'black-hole', at: 'answer' }),
  'items left out': (random) => ({ sandbox: { kind: 'omit', keep: between(random, 0, 2) } }),
  latency: (random) => ({ proxy: { kind: 'latency', ms: between(random, 1, timeoutMs / 2) } }),
  'slow answer': (random) => ({
    sandbox: { kind: 'after', next: { kind: 'delay', ms: between(random, 1, timeoutMs / 2) } },
  }),
  'arrives after the time-out': proxy({ kind: 'latency', ms: timeoutMs * 1.5 }),
} satisfies Record<string, (random: Random) => Harm>;

export type FaultName = keyof typeof catalogue;
export const faultNames = Object.keys(catalogue) as FaultName[];

/** After these the write is there and a look can tell, so nobody needs to hear that its outcome is unknown. */
export const provable = faultNames.filter((name) => /^commit|^reset while|^items left out/.test(name));

export function harmOf(name: FaultName, random: Random): Harm {
  const make: (random: Random) => Harm = catalogue[name];
  return make(random);
}

/** A read that leaves items out says that they do not exist, and nobody can see through that. */
export function canMeet(name: FaultName, method: string): boolean {
  return method !== 'GET' || name !== 'items left out';
}

/** Whether a call that meets it never gets to amoCRM. */
export function isSwallowedBy(harm: Harm): boolean {
  return 'proxy' in harm && 'at' in harm.proxy && harm.proxy.at === 'request';
}

import type { FaultAction } from '../../src/sandbox/sandbox.ts';
import type { ProxyFault } from '../fixtures/fault-proxy.ts';
import { between, pick, type Random } from './random.ts';

/** What is done to one call: on its way, or by the sandbox's switchboard. */
type Fault = { proxy: ProxyFault } | { sandbox: FaultAction };

const html = (status: number): FaultAction => ({ kind: 'status', status, body: 'html' });
const sandbox = (action: FaultAction) => (): Fault => ({ sandbox: action });
const committed = (next: FaultAction) => sandbox({ kind: 'after', next });
const proxy = (fault: ProxyFault) => (): Fault => ({ proxy: fault });

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

/** What comes too late, in milliseconds. */
export interface Delays {
  /** AMO_TIMEOUT_MS of the run. */
  timeoutMs: number;
  /** How long after its arrival a call is carried out that is met by a fault of `late`. */
  lateMs: number;
}

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
  latency: (random, { timeoutMs }) => ({ proxy: { kind: 'latency', ms: between(random, 1, timeoutMs / 2) } }),
  'slow answer': (random, { timeoutMs }) => ({
    sandbox: { kind: 'after', next: { kind: 'delay', ms: between(random, 1, timeoutMs / 2) } },
  }),
  'arrives after the time-out': (_, { timeoutMs }) => ({ proxy: { kind: 'latency', ms: timeoutMs * 1.5 } }),
  'carried out late': (_, { lateMs }) => ({ sandbox: { kind: 'late', ms: lateMs } }),
  '504, carried out late': (_, { lateMs }) => ({ sandbox: { kind: 'late', ms: lateMs, next: html(504) } }),
} satisfies Record<string, Maker>;

type Maker = (random: Random, delays: Delays) => Fault;

export type FaultName = keyof typeof catalogue;
const names = Object.keys(catalogue) as FaultName[];
/** Calls that are carried out after their caller has given them up. */
export const late = names.filter((name) => /carried out late/.test(name));
export const faultNames = names.filter((name) => !late.includes(name));

/** After these the write is there and a look can tell, so nobody needs to hear that its outcome is unknown. */
export const provable = faultNames.filter((name) => /^commit|^reset while|^items left out/.test(name));

export function harmOf(name: FaultName, random: Random, delays: Delays): Fault {
  const make: Maker = catalogue[name];
  return make(random, delays);
}

export function drawFault(random: Random, among: readonly FaultName[], method: string): FaultName {
  const [first, ...rest] = among.filter((name) => canMeet(name, method));
  if (first === undefined) throw new Error(`no fault for ${method}`);
  return pick(random, [first, ...rest]);
}

/** A read that leaves items out says that they do not exist, and nobody can see through that. Only creates come late. */
function canMeet(name: FaultName, method: string): boolean {
  if (late.includes(name)) return method === 'POST';
  return method !== 'GET' || name !== 'items left out';
}

/** Whether a call that meets it never gets to amoCRM. */
export function isSwallowedBy(harm: Fault): boolean {
  return 'proxy' in harm && 'at' in harm.proxy && harm.proxy.at === 'request';
}

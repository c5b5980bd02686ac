import { Gauge, type Registry } from '@prometheus-io/client';
import { breakerStates } from '../amocrm/pace/breaker.ts';
import type { WireLoad } from '../amocrm/wire/wire.ts';
import { gaugeReadings, type Reading } from './gauge-readings.ts';

const readings: Reading<Limiter>[] = [
  ['limiter_limit', 'Calls to amoCRM that are allowed in any second.', ({ limit }) => limit],
  [
    'limiter_places',
    'Calls a second that are made use of now: fewer than the limit after a 429.',
    (load) => load.slots,
  ],
  ['limiter_places_held', 'Places that calls hold until a second after they have arrived.', ({ held }) => held],
  [
    'limiter_budget_used_ratio',
    'Share of the places that are held.',
    ({ held, slots }) => (slots === 0 ? 0 : held / slots),
  ],
  ['limiter_waiting', 'Calls that wait for a place; one call may carry many steps.', ({ waiting }) => waiting],
  ['limiter_longest_wait_seconds', 'How long the first of them has waited.', (load) => load.longestWaitMs / 1000],
  ['limiter_pause_seconds', 'How long the pause after a 429 still lasts.', ({ pauseMs }) => pauseMs / 1000],
];

/** Gauges of the rate limiters and the breakers of the accounts that are open, read at each scrape. */
export function gaugeLimiter(registry: Registry, loads: () => readonly WireLoad[]): void {
  gaugeReadings(registry, readings, () => loads().reduce(together, none));
  new Gauge({
    name: 'amocrm_steps_breaker_state',
    help: 'The state of the breaker: 1 for the one that holds, of several accounts how many. Nothing is sent to amoCRM unless it is closed.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const held = loads().map(({ breaker }) => breaker);
      for (const state of breakerStates) this.set({ state }, held.filter((breaker) => breaker === state).length);
    },
  });
}

type Limiter = Omit<WireLoad, 'breaker'>;
const none: Limiter = { limit: 0, slots: 0, held: 0, waiting: 0, longestWaitMs: 0, pauseMs: 0 };

function together(sum: Limiter, load: Limiter): Limiter {
  return {
    limit: sum.limit + load.limit,
    slots: sum.slots + load.slots,
    held: sum.held + load.held,
    waiting: sum.waiting + load.waiting,
    longestWaitMs: Math.max(sum.longestWaitMs, load.longestWaitMs),
    pauseMs: Math.max(sum.pauseMs, load.pauseMs),
  };
}

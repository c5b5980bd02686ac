import { Gauge, type Registry } from '@prometheus-io/client';
import { breakerStates } from '../amocrm/pace/breaker.ts';
import type { WireLoad } from '../amocrm/wire/wire.ts';
import { gaugeReadings, type Reading } from './gauge-readings.ts';

const readings: Reading<WireLoad>[] = [
  ['limiter_limit', 'Calls to amoCRM that are allowed in any second.', ({ limit }) => limit],
  [
    'limiter_places',
    'Calls a second that are made use of now: fewer than the limit after a 429.',
    (load) => load.slots,
  ],
  ['limiter_places_held', 'Places that calls hold until a second after they have arrived.', ({ held }) => held],
  ['limiter_budget_used_ratio', 'Share of the places that are held.', ({ held, slots }) => held / slots],
  ['limiter_waiting', 'Calls that wait for a place; one call may carry many steps.', ({ waiting }) => waiting],
  ['limiter_longest_wait_seconds', 'How long the first of them has waited.', (load) => load.longestWaitMs / 1000],
  ['limiter_pause_seconds', 'How long the pause after a 429 still lasts.', ({ pauseMs }) => pauseMs / 1000],
];

/** Gauges of the rate limiter and the breaker, read at each scrape. */
export function gaugeLimiter(registry: Registry, load: () => WireLoad): void {
  gaugeReadings(registry, readings, load);
  new Gauge({
    name: 'amocrm_steps_breaker_state',
    help: 'The state of the breaker: 1 for the one that holds. Nothing is sent to amoCRM unless it is closed.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { breaker } = load();
      for (const state of breakerStates) this.set({ state }, state === breaker ? 1 : 0);
    },
  });
}

import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { FastifyBaseLogger } from 'fastify';
import type { CallbackLoad } from '../jobs/callbacks/callback-store.ts';
import type { LaneOptions } from '../jobs/callbacks/lane.ts';
import { textIn } from '../jobs/kept-text.ts';

/** A gauge of the callbacks that are owed, read at each scrape. */
export function gaugeCallbacks(registry: Registry, load: () => Promise<CallbackLoad>): void {
  new Gauge({
    name: 'amocrm_steps_callbacks_failing',
    help: 'Callbacks that have failed at least once and are tried again.',
    registers: [registry],
    async collect() {
      this.set((await load()).failing);
    },
  });
}

/** Counts and logs what becomes of callbacks: of an outage of a receiver its beginning and its end. */
export function watchCallbacks(
  registry: Registry,
  log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>,
): Pick<LaneOptions, 'onDelivery'> {
  const ended = new Counter({
    name: 'amocrm_steps_callbacks_ended_total',
    help: 'Callbacks that were delivered or given up.',
    labelNames: ['status'],
    registers: [registry],
  });
  for (const status of ['delivered', 'failed']) ended.inc({ status }, 0);
  const failing = new Set<string>();
  return {
    onDelivery({ id: jobId, caller }, { state: status, failure: kept }) {
      const failure = kept === null ? null : textIn('en', kept);
      if (status !== 'pending') ended.inc({ status });
      if (status === 'failed') log.error({ jobId, caller, failure }, 'callback given up');
      if (status === 'delivered' && failing.delete(caller)) log.info({ caller }, 'callbacks arrive again');
      if (status === 'pending' && !failing.has(caller)) {
        failing.add(caller);
        log.warn({ jobId, caller, failure }, 'callback failed, it is tried again');
      }
    },
  };
}

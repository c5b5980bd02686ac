import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import { breakerStates } from '../amocrm/pace/breaker.ts';
import { type CallReport, lookResults, type Observer } from '../amocrm/wire/observer.ts';
import { durationBuckets } from './buckets.ts';

export function countAmocrm(registry: Registry): Observer {
  const registers = [registry];
  const calls = new Counter({
    name: 'amocrm_steps_upstream_calls_total',
    help: 'Calls to amoCRM that have ended, by list, method and how they ended. Every attempt counts.',
    labelNames: ['entity', 'method', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'amocrm_steps_upstream_call_duration_seconds',
    help: 'Time from the sending of a call to amoCRM until its end.',
    labelNames: ['entity', 'method'],
    buckets: durationBuckets,
    registers,
  });
  const batches = new Histogram({
    name: 'amocrm_steps_upstream_batch_items',
    help: 'Items in one write, and ids in one lookup.',
    labelNames: ['entity', 'method'],
    buckets: [1, 2, 5, 10, 25, 50, 100, 250],
    registers,
  });
  const waits = new Histogram({
    name: 'amocrm_steps_limiter_wait_seconds',
    help: 'How long calls to amoCRM have waited for their place under the rate limit.',
    buckets: durationBuckets,
    registers,
  });
  const tooMany = new Counter({
    name: 'amocrm_steps_upstream_rate_limited_total',
    help: 'Answers 429 of amoCRM. There should be none.',
    registers,
  });
  const forbidden = new Counter({
    name: 'amocrm_steps_upstream_forbidden_total',
    help: 'Answers 403 of amoCRM: the integration lacks a right (right), or it or the address is blocked (block).',
    labelNames: ['cause'],
    registers,
  });
  const changes = new Counter({
    name: 'amocrm_steps_breaker_changes_total',
    help: 'Changes of the breaker, by its new state.',
    labelNames: ['state'],
    registers,
  });
  const retries = new Counter({
    name: 'amocrm_steps_upstream_retries_total',
    help: 'Calls to amoCRM that repeat an earlier one, by how that ended. rest: it was refused for the sake of other items; absent: its creates were looked for and are not there.',
    labelNames: ['method', 'reason'],
    registers,
  });
  const looks = new Counter({
    name: 'amocrm_steps_reconciliations_total',
    help: 'Looks for one create of unknown fate, up to three for each. unseen: amoCRM could not be asked.',
    labelNames: ['result'],
    registers,
  });
  const unknown = new Counter({
    name: 'amocrm_steps_outcome_unknown_total',
    help: 'Writes whose fate could not be established.',
    registers,
  });
  // A series that starts at 1 shows no increase, so the series that alerts use exist from the start.
  for (const cause of ['right', 'block']) forbidden.inc({ cause }, 0);
  for (const state of breakerStates) changes.inc({ state }, 0);
  for (const result of lookResults) looks.inc({ result }, 0);

  function onCall({ method, entity, ended, items, waited_ms, duration_ms }: CallReport): void {
    calls.inc({ entity, method, outcome: ended });
    durations.observe({ entity, method }, duration_ms / 1000);
    waits.observe(waited_ms / 1000);
    if (items > 0) batches.observe({ entity, method }, items);
    if (ended === 'too-many') tooMany.inc();
    if (ended === 'forbidden') forbidden.inc({ cause: 'right' });
    if (ended === 'blocked') forbidden.inc({ cause: 'block' });
  }

  return {
    onCall,
    onBreaker: (state) => changes.inc({ state }),
    onRetry: (method, reason) => retries.inc({ method, reason }),
    onLook: (result) => looks.inc({ result }),
    onUnknown: () => unknown.inc(),
  };
}

import { Counter, type Registry } from '@prometheus-io/client';
import type { Admission } from '../journal/journal.ts';

const results = {
  free: 'taken',
  done: 'replayed',
  'in-work': 'in-progress',
  reused: 'reused',
} as const satisfies Record<Admission['kind'], string>;

/** Counts what becomes of requests that carry an Idempotency-Key. */
export function countKeys(registry: Registry): (admission: Admission['kind']) => void {
  const keys = new Counter({
    name: 'amocrm_steps_idempotency_keys_total',
    help: 'Requests with an Idempotency-Key. taken: worked on, for the first time or on from where it stopped; replayed: the kept answer was given; in-progress: refused, as it is being worked on; reused: refused, as the key belongs to another request.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of Object.values(results)) keys.inc({ result }, 0);
  return (admission) => keys.inc({ result: results[admission] });
}

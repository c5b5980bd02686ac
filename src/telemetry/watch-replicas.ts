import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { Sighting } from '../cluster/membership.ts';
import { type PassResult, passResults } from '../cluster/pass-result.ts';

/** What is asked at each scrape. */
export interface ReplicaFacts {
  /** Whether there is a database that others may share. */
  isShared: boolean;
  isReady(): boolean;
  /** What the last heartbeat has shown; undefined without a lease. */
  sighted(): Sighting | undefined;
}

/** Shows how this replica does and what it sees of the others, and counts what becomes of what it passes on. */
export function watchReplicas(registry: Registry, { isShared, isReady, sighted }: ReplicaFacts) {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number | undefined) =>
    new Gauge({
      name: `amocrm_steps_${name}`,
      help: `${help} Only with DATABASE_URL.`,
      registers,
      collect() {
        const value = isShared ? read() : undefined;
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  gauge('replica_ready', 'Whether this replica may have accounts and does not go down: 1 or 0.', () =>
    Number(isReady()),
  );
  gauge(
    'replicas_live',
    'Replicas that have a lease and do not go down, as this one sees it; absent while it has none itself.',
    () => sighted()?.live,
  );
  gauge(
    'accounts_unowned',
    'Accounts with work, or with an owner that is gone, that no replica has; absent while this one has no lease.',
    () => sighted()?.unowned,
  );
  const lost = new Counter({
    name: 'amocrm_steps_leases_lost_total',
    help: 'Times that this replica lost its lease, and with it all accounts: it could not show a sign of life in time, or its clock was off.',
    registers,
  });
  const passes = new Counter({
    name: 'amocrm_steps_passes_total',
    help: 'Requests that were passed on to the replica that has their account. answered: its answer was given; refused: none could be reached until the deadline; unknown: it broke off in the middle of a write without a key.',
    labelNames: ['result'],
    registers,
  });
  for (const result of passResults) passes.inc({ result }, 0);
  return {
    onLeaseLost: (): void => lost.inc(),
    onPass: (result: PassResult): void => passes.inc({ result }),
  };
}

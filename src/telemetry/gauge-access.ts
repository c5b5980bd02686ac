import { Gauge, type Registry } from '@prometheus-io/client';
import type { Clock } from '../clock.ts';
import type { AccessFacts } from '../doctor/patient.ts';
import { endOfAccess } from '../doctor/token.ts';

/**
 * Shows when access to amoCRM ends unless somebody does something. Gives what notes an account's way of access, to be
 * called when it is opened, and without one when it is removed.
 */
export function gaugeAccess(registry: Registry, clock: Pick<Clock, 'wall'>) {
  const accesses = new Map<string, () => AccessFacts>();
  const left = new Gauge({
    name: 'amocrm_steps_access_ends_in_seconds',
    help: 'How long access to amoCRM still lasts without a renewal: a token made by hand until its end, OAuth until the refresh token ends. Of several accounts that have been open the one that ends first; absent where no token tells.',
    registers: [registry],
    collect() {
      const ends = [...accesses.values()].flatMap((access) => endOfAccess(access()) ?? []);
      if (ends.length === 0) this.remove();
      else this.set((Math.min(...ends) - clock.wall()) / 1000);
    },
  });
  left.remove();
  return (account: string, access?: () => AccessFacts): void => {
    if (access === undefined) accesses.delete(account);
    else accesses.set(account, access);
  };
}

import { Gauge, type Registry } from '@prometheus-io/client';
import type { WireLoad } from '../amocrm/wire/wire.ts';
import type { Clock } from '../clock.ts';
import type { OpenJobs } from '../jobs/job-store.ts';

export interface GaugedAccounts {
  /** Those that are open. */
  opened(): readonly { id: string; load: WireLoad }[];
  /** Whether accounts are managed here, and have names by which they are told apart. */
  isNamed: boolean;
  openJobs(): Promise<readonly OpenJobs[]>;
  clock: Pick<Clock, 'wall' | 'second'>;
}

/** Gauges of each account that is open, read at each scrape. They alone name accounts. */
export function gaugeAccounts(registry: Registry, { opened, isNamed, openJobs, clock }: GaugedAccounts): void {
  const registers = [registry];
  new Gauge({
    name: 'amocrm_steps_accounts_open',
    help: 'Accounts that this process has open.',
    registers,
    collect() {
      this.set(opened().length);
    },
  });

  const gauge = (name: string, help: string, read: () => Promise<(id: string, load: WireLoad) => number>) =>
    new Gauge({
      name: `amocrm_steps_account_${name}`,
      help: `${help}; only where accounts are managed here, for those that are in use.`,
      labelNames: ['account'],
      registers,
      async collect() {
        this.reset();
        if (!isNamed) return;
        const readOne = await read();
        for (const { id, load } of opened()) this.set({ account: id }, readOne(id, load));
      },
    });
  gauge(
    'blocked',
    'Whether nothing is sent to an account because its breaker is not closed: 1 or 0',
    async () => (_id, load) => Number(load.breaker !== 'closed'),
  );
  gauge('waiting', 'Calls that wait for a place in an account', async () => (_id, load) => load.waiting);
  gauge(
    'jobs_oldest_seconds',
    'How long ago the oldest open job of an account was accepted, 0 without one',
    async () => {
      const oldest = new Map((await openJobs()).map(({ account, oldestAt }) => [account, oldestAt]));
      return (id) => (clock.wall() - (oldest.get(id) ?? clock.wall())) / clock.second;
    },
  );
}

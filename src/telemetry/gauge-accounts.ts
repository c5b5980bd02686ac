import { Gauge, type Registry } from '@prometheus-io/client';
import type { WireLoad } from '../amocrm/wire/wire.ts';

/** Gauges of each account that is open, read at each scrape. They alone name accounts. */
export function gaugeAccounts(registry: Registry, accounts: () => readonly { id: string; load: WireLoad }[]): void {
  const gauge = (name: string, help: string, read: (load: WireLoad) => number) =>
    new Gauge({
      name: `amocrm_steps_account_${name}`,
      help: `${help}; only where accounts are managed here, for those that are in use.`,
      labelNames: ['account'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { id, load } of accounts()) this.set({ account: id }, read(load));
      },
    });
  gauge('blocked', 'Whether nothing is sent to an account because its breaker is not closed: 1 or 0', ({ breaker }) =>
    Number(breaker !== 'closed'),
  );
  gauge('waiting', 'Calls that wait for a place in an account', ({ waiting }) => waiting);
}

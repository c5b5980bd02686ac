import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { TokenReport } from '../amocrm/wire/token-source.ts';
import { type Clock, systemClock } from '../clock.ts';
import { settingsAccount } from '../config/account-settings.ts';

const results: readonly string[] = ['refreshed', 'failed', 'interrupted'];

/** Counts renewals of OAuth tokens and shows how long the access token still lasts. */
export function countTokens(
  registry: Registry,
  clock: Pick<Clock, 'wall'> = systemClock,
): (report: TokenReport | { event: 'removed' }, account?: string) => void {
  const refreshes = new Counter({
    name: 'amocrm_steps_token_refreshes_total',
    help: 'Renewals of the OAuth tokens, by result. interrupted: an earlier process was stopped in the middle of one.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of results) refreshes.inc({ result }, 0);
  const ends = new Map<string, number>();
  const left = new Gauge({
    name: 'amocrm_steps_token_expires_in_seconds',
    help: 'How long the OAuth access token still lasts, of several accounts the one that ends first; absent without one.',
    registers: [registry],
    collect() {
      if (ends.size === 0) this.remove();
      else this.set((Math.min(...ends.values()) - clock.wall()) / 1000);
    },
  });
  left.remove();
  return (report, account = settingsAccount) => {
    if ('expiresAt' in report && report.expiresAt !== undefined) ends.set(account, report.expiresAt);
    else ends.delete(account);
    const { event } = report;
    if (results.includes(event)) refreshes.inc({ result: event });
  };
}

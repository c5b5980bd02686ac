import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { TokenReport } from '../amocrm/wire/token-source.ts';
import { type Clock, systemClock } from '../clock.ts';

/** Counts renewals of OAuth tokens and shows how long the access token still lasts. */
export function countTokens(
  registry: Registry,
  clock: Pick<Clock, 'wall'> = systemClock,
): (report: TokenReport) => void {
  const refreshes = new Counter({
    name: 'amocrm_steps_token_refreshes_total',
    help: 'Renewals of the OAuth tokens, by result. interrupted: an earlier process was stopped in the middle of one.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of ['refreshed', 'failed', 'interrupted']) refreshes.inc({ result }, 0);
  let expiresAt: number | undefined;
  const left = new Gauge({
    name: 'amocrm_steps_token_expires_in_seconds',
    help: 'How long the OAuth access token still lasts; absent without one.',
    registers: [registry],
    collect() {
      if (expiresAt === undefined) this.remove();
      else this.set((expiresAt - clock.wall()) / 1000);
    },
  });
  left.remove();
  return ({ event, expiresAt: until }) => {
    expiresAt = until;
    if (event !== 'loaded') refreshes.inc({ result: event });
  };
}

import { Counter, Gauge, type Registry } from '@prometheus-io/client';

/** What has happened to the tokens of an OAuth integration; holds none. */
export interface TokenNews {
  /** `loaded`: stored ones were found. `interrupted`: it is not known what became of an earlier process's renewal. */
  event: 'loaded' | 'interrupted' | 'refreshed' | 'failed';
  /** When the access token expires, wall-clock milliseconds; absent where there is none. */
  expiresAt?: number;
}

/** Counts renewals of OAuth tokens and shows how long the access token still lasts. */
export function countTokens(registry: Registry, now: () => number = Date.now): (news: TokenNews) => void {
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
      else this.set((expiresAt - now()) / 1000);
    },
  });
  left.remove();
  return (news) => {
    expiresAt = news.expiresAt;
    if (news.event !== 'loaded') refreshes.inc({ result: news.event });
  };
}

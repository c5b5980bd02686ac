import type { FastifyInstance } from 'fastify';
import { renewalAt } from '../amocrm/tokens/oauth.ts';
import { backOffMs, type Clock } from '../clock.ts';
import { Elsewhere } from '../cluster/elsewhere.ts';
import { createLookout } from '../jobs/lookout.ts';
import { Problem } from '../problems/problem.ts';
import type { Store } from '../store/store.ts';
import type { Registry } from './registry.ts';

export interface WakeOptions {
  registry: Pick<Registry, 'wake' | 'whileClosed'>;
  store: Pick<Store, 'accounts'>;
  clock: Clock;
  /** Gives up the jobs of an account that cannot be opened whose time has ended. */
  endOverdue(id: string): Promise<void>;
  onError(error: unknown): void;
}

/**
 * Seconds between looks, and the most between attempts to open an account. Access tokens last a day and are renewed two
 * hours before, so that a look may be late.
 */
const lookSeconds = 600;

/**
 * Opens accounts that nobody uses and that have something to do: jobs of an earlier process, and tokens that are due for
 * renewal, since a refresh token dies after three months. One that cannot be opened is tried again.
 */
export function wakeIdle(app: FastifyInstance, { registry, store, clock, endOverdue, onError }: WakeOptions) {
  const over = new AbortController();
  /** Cancel the next attempts to open accounts. */
  const retries = new Map<string, () => void>();
  const wakeAll = createLookout(look, { clock, shutdown: over.signal, onError });

  async function look(): Promise<number> {
    const [busy, times] = await Promise.all([store.accounts.withOpenJobs(), store.accounts.tokenTimes()]);
    const due = times.filter((pair) => renewalAt(pair) <= clock.wall()).map(({ account }) => account);
    for (const id of new Set([...busy, ...due])) if (!retries.has(id)) await wake(id);
    return lookSeconds * clock.second;
  }

  async function wake(id: string, tries = 0): Promise<void> {
    retries.get(id)?.();
    retries.delete(id);
    try {
      await registry.wake(id);
    } catch (error) {
      if (over.signal.aborted) return;
      if (!(error instanceof Problem && error.code === 'ACCOUNT_DISABLED')) {
        onError(error);
        const ms = Math.min(backOffMs(clock, tries), lookSeconds * clock.second);
        retries.set(
          id,
          clock.after(ms, () => void wake(id, tries + 1)),
        );
      }
      await registry
        .whileClosed(id, () => endOverdue(id))
        .catch((failure: unknown) => {
          // Another replica does it.
          if (!(failure instanceof Elsewhere)) onError(failure);
        });
    }
  }

  app.addHook('onReady', async () => wakeAll());
  return {
    /** Looks for all at once. */
    wakeAll,
    /** Opens one. */
    wake: (id: string) => wake(id),
    /** Opens one unless that has failed and will be tried again. */
    wakeUnlessFailed: async (id: string) => (retries.has(id) ? undefined : wake(id)),
    stop() {
      over.abort();
      for (const cancel of retries.values()) cancel();
    },
  };
}

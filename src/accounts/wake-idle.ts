import type { FastifyInstance } from 'fastify';
import { renewalAt } from '../amocrm/tokens/held-pair.ts';
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
  /** Gives up some jobs of an account that cannot be opened whose time has ended; whether there may be more of them. */
  endOverdue(id: string): Promise<boolean>;
  onError(error: unknown): void;
}

/**
 * Seconds between looks, and the most between attempts to open an account. Access tokens last a day and are renewed two
 * hours before, so that a look may be late.
 */
const lookSeconds = 600;
/** Accounts that a look does something about at once. */
const atOnce = 8;

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
    const closed: string[] = [];
    await onEach([...new Set([...busy, ...due])], async (id) => {
      if (!retries.has(id) && !(await open(id))) closed.push(id);
    });
    // Last: those that can be opened wait for nothing.
    await onEach(closed, endAllOverdue);
    return lookSeconds * clock.second;
  }

  async function wake(id: string, tries = 0): Promise<void> {
    if (!(await open(id, tries))) await endAllOverdue(id);
  }

  /** False where it cannot be opened now. */
  async function open(id: string, tries = 0): Promise<boolean> {
    retries.get(id)?.();
    retries.delete(id);
    try {
      await registry.wake(id);
      return true;
    } catch (error) {
      if (over.signal.aborted || (error instanceof Problem && error.code === 'ACCOUNT_DISABLED')) return false;
      onError(error);
      const ms = Math.min(backOffMs(clock, tries), lookSeconds * clock.second);
      retries.set(
        id,
        clock.after(ms, () => void wake(id, tries + 1)),
      );
      return false;
    }
  }

  async function endAllOverdue(id: string): Promise<void> {
    try {
      let isMore: boolean | undefined = true;
      // Others have their turn with the account in between.
      while (isMore === true && !over.signal.aborted) isMore = await registry.whileClosed(id, () => endOverdue(id));
    } catch (error) {
      // Another replica does it.
      if (!(error instanceof Elsewhere)) onError(error);
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

async function onEach(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const left = ids.values();
  const one = async () => {
    for (const id of left) await work(id);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

import type { FastifyInstance } from 'fastify';
import { renewalAt } from '../amocrm/tokens/oauth.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../problems/problem.ts';
import type { Store } from '../store/store.ts';
import type { Registry } from './registry.ts';

export interface WakeOptions {
  registry: Pick<Registry, 'wake'>;
  store: Pick<Store, 'accounts'>;
  clock: Clock;
  onError(error: unknown): void;
}

/** Seconds between looks. Access tokens last a day and are renewed two hours before, so that a look may be late. */
const lookSeconds = 600;

/**
 * Opens accounts that nobody uses and that have something to do: jobs of an earlier process, and tokens that are due for
 * renewal, since a refresh token dies after three months. `wake` looks at once.
 */
export function wakeIdle(app: FastifyInstance, { registry, store, clock, onError }: WakeOptions) {
  let cancel = () => {};

  async function wakeAll(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await registry.wake(id).catch((error: unknown) => {
        if (!(error instanceof Problem && error.code === 'ACCOUNT_DISABLED')) onError(error);
      });
    }
  }

  async function look(): Promise<void> {
    const times = await store.accounts.tokenTimes();
    await wakeAll(times.filter((pair) => renewalAt(pair) <= clock.wall()).map(({ account }) => account));
  }

  function watch(): void {
    cancel = clock.after(lookSeconds * clock.second, () => {
      watch();
      look().catch(onError);
    });
  }

  function wake(): void {
    store.accounts.withOpenJobs().then(wakeAll).then(look).catch(onError);
  }

  app.addHook('onReady', async () => {
    watch();
    wake();
  });
  return { wake, stop: () => cancel() };
}

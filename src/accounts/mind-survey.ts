import type { Surveyed } from '../cluster/replica-table.ts';
import { Problem } from '../problems/problem.ts';
import type { Registry } from './registry.ts';

export interface MindOptions {
  registry: Pick<Registry, 'find' | 'opened' | 'change'>;
  /** Opens an account that this process has or may have. */
  wake(id: string): Promise<void>;
  /** Ends one that this process has no more. */
  lose(id: string): void;
  onError(error: unknown): void;
}

/**
 * Looks after the accounts of this process: opens those that it was given and those whose owner is no more, opens anew those
 * whose settings another replica has changed, and ends those that it has no more.
 */
export function mindSurvey({ registry, wake, lose, onError }: MindOptions): (accounts: readonly Surveyed[]) => void {
  const busy = new Set<string>();
  /** Open ones that were not among its own at the last look: they may have been taken after it. */
  let missing = new Set<string>();

  function look({ account, isOwn, version }: Surveyed): Promise<unknown> | undefined {
    const opened = registry.find(account);
    if (opened === undefined) return wake(account);
    return isOwn && opened.version !== version ? registry.change(account, async () => {}) : undefined;
  }

  return (accounts) => {
    const own = new Set(accounts.filter(({ isOwn }) => isOwn).map(({ account }) => account));
    const absent = registry.opened().flatMap(({ id }) => (own.has(id) ? [] : id));
    for (const id of absent) if (missing.has(id)) lose(id);
    missing = new Set(absent);
    for (const surveyed of accounts) {
      const { account } = surveyed;
      if (busy.has(account)) continue;
      busy.add(account);
      Promise.resolve(look(surveyed))
        // Another replica owns it by now, or it cannot be opened, or is switched off: the next survey tells.
        .catch((error: unknown) => error instanceof Problem || onError(error))
        .finally(() => busy.delete(account));
    }
  };
}

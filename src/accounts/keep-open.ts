import { Elsewhere } from '../cluster/elsewhere.ts';
import { settingsAccount } from '../config/account-settings.ts';
import type { Use } from '../http/account.ts';
import type { Registry } from './registry.ts';

/** Keeps the account of the settings open while this process has it: it is always in use. */
export function keepOpen(registry: Pick<Registry, 'use'>) {
  let held: Promise<Use | undefined> | undefined;

  async function use(): Promise<Use | undefined> {
    try {
      return await registry.use(settingsAccount);
    } catch (error) {
      held = undefined;
      if (error instanceof Elsewhere) return undefined;
      throw error;
    }
  }

  return {
    /** One use, however often it is asked for. */
    async hold(): Promise<void> {
      held ??= use();
      await held;
    },
    letGo(): void {
      held?.then(
        (own) => own?.end(),
        () => undefined, // The caller of `hold` gets the error.
      );
      held = undefined;
    },
  };
}

import type { Clock } from '../clock.ts';
import { settingsAccount } from '../config/account-settings.ts';
import type { Use } from '../http/account.ts';
import type { Registry } from './registry.ts';

export interface KeepOptions {
  registry: Pick<Registry, 'use'>;
  clock: Clock;
  onError(error: unknown): void;
}

/** Keeps the account of the settings open: it is always in use. */
export function keepOpen({ registry, clock, onError }: KeepOptions) {
  let held: Use | undefined;
  let cancel = () => {};

  async function hold(): Promise<void> {
    held = await registry.use(settingsAccount);
  }

  function holdAgain(): void {
    hold().catch((error: unknown) => {
      onError(error);
      cancel = clock.after(clock.second, holdAgain);
    });
  }

  function letGo(): void {
    cancel();
    held?.end();
    held = undefined;
  }

  return { hold, holdAgain, letGo };
}

import { sleep } from '../clock.ts';
import { failedSeconds, type LookoutOptions } from './lookout.ts';

/** Saves what has happened, as often as it takes: until then nobody else may take the work up. The shutdown ends it. */
export async function untilSaved(
  save: () => Promise<void>,
  { clock, shutdown, onError }: LookoutOptions,
): Promise<void> {
  for (;;) {
    try {
      return await save();
    } catch (error) {
      onError(error);
    }
    if (shutdown.aborted) return;
    await sleep(clock, failedSeconds * clock.second, shutdown).catch(() => undefined); // The shutdown ends it.
  }
}

import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { fingerprintOf } from '../journal/fingerprint.ts';

/** Equal calls of one caller within so many minutes are one. */
const windowMinutes = 10;
/** Calls that are remembered; beyond that the oldest are forgotten. */
const maxCalls = 10_000;

/** Gives equal calls of one caller within ten minutes the same Idempotency-Key: models repeat what they are unsure of. */
export function createRepetitions({ now, wall }: Pick<Clock, 'now' | 'wall'>) {
  const windowMs = windowMinutes * 60_000;
  const keys = new Map<string, { key: string; at: number }>();

  return function keyOf(caller: string, tool: string, args: unknown): string {
    const call = createHash('sha256')
      .update(JSON.stringify([caller, fingerprintOf(tool, args)]))
      .digest('hex');
    const at = now();
    const known = keys.get(call);
    if (known !== undefined && at - known.at < windowMs) return known.key;
    // As a rule the same after a restart within the window.
    const first = `mcp-${call.slice(0, 40)}-${Math.floor(wall() / windowMs)}`;
    // The wall clock may have been set back: a call after the window is never the one before it.
    const key = known?.key.startsWith(first) === true ? `${known.key}-` : first;
    keys.delete(call);
    keys.set(call, { key, at });
    if (keys.size > maxCalls) forgetOldest(keys);
    return key;
  };
}

function forgetOldest(keys: Map<string, unknown>): void {
  for (const [oldest] of keys) {
    keys.delete(oldest);
    return;
  }
}

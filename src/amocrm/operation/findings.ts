import type { Static, TSchema } from 'typebox';
import { checkOf } from '../../schemas/check.ts';

/**
 * What a step of a keyed request has found and what names came to: small values by name. They are on disk with the writes
 * that follow from them; what is found before the first write of a step goes to disk with it.
 */
export interface Findings {
  get(name: string): unknown;
  set(name: string, finding: unknown): void;
}

/** An operation, as far as findings go. */
interface Keyed {
  log?: { findings: Findings };
}

/**
 * Keeps findings of one form. A step that is sent again after it has written goes on with what it found the first
 * time: what it has written may itself keep it from being found again, and people may have changed it meanwhile.
 */
export function keeperOf<T extends TSchema>(schema: T) {
  const form = checkOf(schema);
  return {
    /** What an earlier attempt has kept; undefined where there is none. */
    of({ log }: Keyed, name: string): Static<T> | undefined {
      const kept = log?.findings.get(name);
      return form.accepts(kept) ? kept : undefined;
    },
    keep({ log }: Keyed, name: string, finding: Static<T>): void {
      log?.findings.set(name, finding);
    },
  };
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Static, Type } from 'typebox';
import { type BreakerMemory, breakerStates } from '../../amocrm/pace/breaker.ts';
import { checkOf } from '../../schemas/check.ts';

const Saved = Type.Object({
  account: Type.String(),
  state: Type.Enum([...breakerStates]),
  probeAt: Type.Number(),
});
const record = checkOf(Saved);
type Saved = Static<typeof Saved>;

/** The file of the data directory that keeps the breaker of an account of the table, or of that of the settings. */
export function breakerFile(directory: string, id?: string): string {
  return join(directory, id === undefined ? 'breaker.json' : `breaker-${id}.json`);
}

/** The state of a breaker in a file; undefined where there is no file, or no state in it. */
export function readBreaker(file: string): Saved | undefined {
  try {
    const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return record.accepts(saved) ? saved : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export function writeBreaker(file: string, saved: Saved): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(saved), { mode: 0o600 });
}

/**
 * Keeps the breaker's state in a file. A file that cannot be read or belongs to another account
 * is ignored; a failed write is reported, and the breaker works on without it.
 */
export function createBreakerMemory(file: string, account: string, onError: (error: unknown) => void): BreakerMemory {
  return {
    load() {
      try {
        const saved = readBreaker(file);
        return saved?.account === account ? saved : undefined;
      } catch (error) {
        onError(error);
        return undefined;
      }
    },
    save(state, probeAt) {
      try {
        writeBreaker(file, { account, state, probeAt });
      } catch (error) {
        onError(error);
      }
    },
  };
}

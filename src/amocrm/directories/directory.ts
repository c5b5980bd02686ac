import { cut, nearest } from '../../text/names.ts';
import { createCached } from '../operation/cached.ts';
import type { Operation } from '../operation/operation.ts';
import { indexNames, type NameRules } from './name-index.ts';

/** Milliseconds between two reads caused by unknown names: typos must not become a load on amoCRM. */
export const refreshEveryMs = 30_000;

export interface DirectoryOptions<T> extends NameRules<T> {
  load(operation: Operation): Promise<readonly T[]>;
  /** Lists that are known without amoCRM, in order of precedence; all come before amoCRM's list. */
  known: readonly (readonly T[])[];
  /** The names of an entry that an error message may suggest. */
  spellings(thing: T): readonly string[];
  idOf(thing: T): number | undefined;
  /** How an error message begins; the key follows: `contacts have no field`, `Several fields of contacts are named`. */
  words: { unknown: string; ambiguous: string };
  ttlMs: number;
  deadlineMs: number;
  now?: () => number;
}

/** The result of looking a name up: the entry, or why there is none. */
export type Named<T> = { thing: T } | { why: 'unknown' | 'ambiguous'; message: string };

export type Directory<T> = ReturnType<typeof createDirectory<T>>;

/**
 * A list of amoCRM whose entries are looked up by name. It is read when first needed, and again for an unknown name.
 * Errors: those of reads.
 */
export function createDirectory<T>(options: DirectoryOptions<T>) {
  const { load, known, spellings, idOf, words, ttlMs, deadlineMs, now = () => performance.now() } = options;
  const indexed = (things: readonly T[]) => ({ things, named: indexNames(things, options) });
  const cached = createCached(async (operation) => indexed(await load(operation)), { ttlMs, deadlineMs, now });
  const knownLists = known.map(indexed);
  let refreshedAt = Number.NEGATIVE_INFINITY;

  /** The list, read again unless an earlier refresh was less than 30 s ago; the first read is no refresh. */
  function refresh(operation: Operation) {
    if (now() - refreshedAt >= refreshEveryMs) refreshedAt = now();
    return cached(operation, now() - refreshedAt);
  }

  async function find(key: string, operation: Operation): Promise<Named<T>> {
    for (const list of knownLists) {
      const found = pick(list.named(key), key);
      if (found !== undefined) return found;
    }
    const found = pick((await cached(operation)).named(key), key);
    if (found !== undefined) return found;
    const { things, named } = await refresh(operation);
    return pick(named(key), key) ?? unknown(key, things);
  }

  function pick([first, ...others]: readonly T[], key: string): Named<T> | undefined {
    if (first === undefined) return undefined;
    if (others.length === 0) return { thing: first };
    const ids = [first, ...others].map(idOf).join(', ');
    return { why: 'ambiguous', message: `${words.ambiguous} "${cut(key)}"; use an id: ${ids}` };
  }

  function unknown(key: string, things: readonly T[]): Named<T> {
    const names = [...known.flat(), ...things].flatMap(spellings);
    const near = nearest(key, names);
    const shown = near.length > 0 ? near : [...new Set(names)].slice(0, 10);
    const list = shown.map((name) => `"${name}"`).join(', ');
    const hint = near.length > 0 ? `did you mean ${list}?` : `there are ${list}`;
    return { why: 'unknown', message: `${words.unknown} "${cut(key)}"; ${hint}` };
  }

  return {
    find,
    /** The cached list, not older than `maxAgeMs`. */
    list: async (operation: Operation, maxAgeMs = ttlMs) => (await cached(operation, maxAgeMs)).things,
    refresh: async (operation: Operation) => (await refresh(operation)).things,
  };
}

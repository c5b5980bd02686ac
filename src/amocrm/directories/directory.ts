import { systemClock, type Timing } from '../../clock.ts';
import type { Message } from '../../messages/message.ts';
import { type NameWords, nameMessages } from '../../messages/names.ts';
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
  /** An entry where several have a name; its id unless said otherwise. */
  describe?(thing: T): string;
  /** How an error message begins; the key follows: `contacts have no field`, `Several fields of contacts are named`. */
  words: NameWords;
  /** The same where the names of a scope are looked through, by its entries. */
  wordsIn?(members: readonly [T, ...T[]]): NameWords;
  /** What an entry belongs to, where names are looked up within it: a status's pipeline. */
  scopeOf?(thing: T): unknown;
  /** Why a name is not among the entries of the scope, where there is more to say than that it is unknown. */
  explain?(key: string, things: readonly T[]): Message | undefined;
  /** Names that a message lists beside the nearest ones. */
  listed?: number;
  /** When amoCRM last refused what it was sent, monotonic milliseconds: an entry may have been deleted, or made anew. */
  refusedAt?(): number;
  ttlMs: number;
  deadlineMs: number;
  clock?: Timing;
}

/** The result of looking a name up: the entry, or why there is none. */
export type Named<T> = { thing: T } | { why: 'unknown' | 'ambiguous'; message: Message };

export type Directory<T> = ReturnType<typeof createDirectory<T>>;

/**
 * A list of amoCRM whose entries are looked up by name. It is read when first needed, and again for an unknown name and once
 * amoCRM has refused a write.
 * Errors: those of reads.
 */
export function createDirectory<T>(options: DirectoryOptions<T>) {
  const { load, known, spellings, idOf, words, wordsIn, explain, listed = 0, ttlMs, deadlineMs } = options;
  const { describe = (thing: T) => String(idOf(thing)), scopeOf = () => undefined, clock = systemClock } = options;
  const { refusedAt = () => Number.NEGATIVE_INFINITY } = options;
  const indexed = (things: readonly T[]) => {
    const scopes = Map.groupBy(things, scopeOf);
    const indexes = new Map([...scopes].map(([scope, members]) => [scope, indexNames(members, options)]));
    const named = (key: string, scope: unknown) => indexes.get(scope)?.(key) ?? [];
    return {
      things,
      scopes,
      named,
      isAnywhere: (key: string) => indexes.values().some((index) => index(key).length > 0),
    };
  };
  const kept = createCached(read, { ttlMs, deadlineMs, clock });
  const knownLists = known.map(indexed);
  /** When the reading that brought the list began; what was never read cannot be outdated. */
  let readAt = Number.POSITIVE_INFINITY;
  // Each has its own: what one asks for must not keep the other from what is new.
  const [sinceRefusal, sinceUnknown] = [createRefreshes(clock), createRefreshes(clock)];

  async function read(operation: Operation) {
    const startedAt = clock.now();
    const list = indexed(await load(operation));
    readAt = startedAt;
    return list;
  }

  function cached(operation: Operation, maxAgeMs = ttlMs) {
    return kept(operation, readAt < refusedAt() ? Math.min(maxAgeMs, sinceRefusal()) : maxAgeMs);
  }

  /** The list, read again unless an earlier refresh was less than 30 s ago; the first read is no refresh. */
  function refresh(operation: Operation) {
    return kept(operation, sinceUnknown());
  }

  async function find(key: string, operation: Operation, scope?: unknown): Promise<Named<T>> {
    for (const list of knownLists) {
      const found = pick(list.named(key, scope), key);
      if (found !== undefined) return found;
    }
    const found = pick((await cached(operation)).named(key, scope), key);
    if (found !== undefined) return found;
    const { things, scopes, named } = await refresh(operation);
    return pick(named(key, scope), key) ?? unknown(key, things, scopes.get(scope) ?? []);
  }

  function pick([first, ...others]: readonly T[], key: string): Named<T> | undefined {
    if (first === undefined) return undefined;
    if (others.length === 0) return { thing: first };
    const ids = [first, ...others].map(describe).join(', ');
    return { why: 'ambiguous', message: nameMessages.ambiguous(words, cut(key), ids) };
  }

  function unknown(key: string, things: readonly T[], members: readonly T[]): Named<T> {
    const why = explain?.(key, things) ?? otherNames(key, members);
    const [first, ...others] = members;
    const told = first === undefined ? words : (wordsIn?.([first, ...others]) ?? words);
    return { why: 'unknown', message: nameMessages.explained(told, cut(key), why) };
  }

  function otherNames(key: string, members: readonly T[]): Message {
    const names = new Set([...known.flat(), ...members].flatMap(spellings));
    if (names.size === 0) return nameMessages.thereAreNone;
    const near = nearest(key, names);
    const others = [...names].filter((name) => !near.includes(name));
    const rest = quoted(others.slice(0, near.length > 0 ? listed : Math.max(listed, 10)));
    const { thereAre, didYouMean, didYouMeanAmong } = nameMessages;
    if (near.length === 0) return thereAre(rest);
    return rest === '' ? didYouMean(quoted(near)) : didYouMeanAmong(quoted(near), rest);
  }

  return {
    /** The entry of this name, within the scope where entries have one. */
    find,
    /** Whether the cached list has the name in any scope. */
    isAnywhere: async (key: string, operation: Operation) => (await cached(operation)).isAnywhere(key),
    /** The cached list, not older than `maxAgeMs`. */
    list: async (operation: Operation, maxAgeMs = ttlMs) => (await cached(operation, maxAgeMs)).things,
    refresh: async (operation: Operation) => (await refresh(operation)).things,
  };
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${cut(name)}"`).join(', ');
}

/** Tells how long ago the last refresh was: 0 where another one is due. */
function createRefreshes(clock: Timing): () => number {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.now() - last >= refreshEveryMs) last = clock.now();
    return clock.now() - last;
  };
}

import { type Operation, unlessAborted } from './operation.ts';
import { lendTurns, type Patrons } from './patrons.ts';

/** Whom an operation looks for, and what the one that it would make can be found by. */
export interface Identities {
  /** What each of its searches asks for: all of it must be held. */
  asks: readonly (readonly string[])[];
  /** Everything that others may ask for and find it by; what is asked for is among it. */
  gives: readonly string[];
}

export type IdentityLocks = ReturnType<typeof createIdentityLocks>;

/** Those that give a name, which they may ask for as well. */
interface Line {
  size: number;
  /** Resolve when all who ask for it, and all who give it, have ended. */
  asked: Promise<void>;
  given: Promise<void>;
  askers: Set<Patrons>;
  givers: Set<Patrons>;
}

/** Work that comes under some names. */
interface Entry {
  asked: ReadonlySet<string>;
  given: ReadonlySet<string>;
  patrons: Patrons | undefined;
}

/**
 * Runs work that looks for somebody and may make him. It waits for earlier work that would make whom it looks for, and
 * for earlier work that looks for whom it would make. Those who merely give the same name do not wait for each other:
 * many people live in one city. Earlier work takes the turns of whoever waits for it. A search for several names is
 * entered under one of them alone, since whoever is found by all gives that one too: the one that the fewest give now.
 * All is entered in one step, so a deadlock cannot occur.
 */
export function createIdentityLocks() {
  const lines = new Map<string, Line>();

  const sizeOf = (name: string) => lines.get(name)?.size ?? 0;

  function rarest(names: readonly string[]): string[] {
    return names.toSorted((a, b) => sizeOf(a) - sizeOf(b) || b.length - a.length).slice(0, 1);
  }

  function lineOf(name: string): Line {
    const line = lines.get(name) ?? {
      size: 0,
      asked: Promise.resolve(),
      given: Promise.resolve(),
      askers: new Set(),
      givers: new Set(),
    };
    lines.set(name, line);
    return line;
  }

  /** Enters the work under its names; gives those that it waits for. */
  function enter({ asked, given, patrons }: Entry, done: Promise<void>) {
    const before: Promise<void>[] = [];
    const earlier = new Set<Patrons>();
    for (const name of given) {
      const line = lineOf(name);
      const isAsked = asked.has(name);
      before.push(line.asked);
      for (const one of line.askers) earlier.add(one);
      if (isAsked) before.push(line.given);
      if (isAsked) for (const one of line.givers) earlier.add(one);
      line.size += 1;
      line.given = line.given.then(() => done);
      if (isAsked) line.asked = line.asked.then(() => done);
      if (patrons === undefined) continue;
      line.givers.add(patrons);
      if (isAsked) line.askers.add(patrons);
    }
    return { before: Promise.all(before), earlier: [...earlier] };
  }

  function leave({ given, patrons }: Entry): void {
    for (const name of given) {
      const line = lineOf(name);
      line.size -= 1;
      if (line.size === 0) lines.delete(name);
      if (patrons === undefined) continue;
      line.givers.delete(patrons);
      line.askers.delete(patrons);
    }
  }

  return async function locked<T>(
    { asks, gives }: Identities,
    { signal, patrons }: Pick<Operation, 'signal' | 'patrons'>,
    work: () => Promise<T>,
  ): Promise<T> {
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    const entry = { asked: new Set(asks.flatMap(rarest)), given: new Set(gives), patrons };
    const { before, earlier } = enter(entry, done);
    const stopLending = lendTurns(earlier, patrons);
    patrons?.hold(1);
    try {
      await unlessAborted(before, signal).finally(stopLending);
      return await work();
    } finally {
      patrons?.hold(-1);
      finish();
      leave(entry);
    }
  };
}

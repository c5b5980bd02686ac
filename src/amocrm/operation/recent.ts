export interface Recent {
  /** Whether the name was noted within the time. */
  has(name: string): boolean;
  note(name: string): void;
  forget(name: string): void;
}

export interface RecentOptions {
  /** Names kept at most; beyond that the half noted longest ago goes. */
  max: number;
  /** Milliseconds that a name is kept. */
  ms: number;
  now(): number;
}

/** Names that were noted lately. It takes no memory before there are some, and no longer because there are many. */
export function createRecent({ max, ms, now }: RecentOptions): Recent {
  /** When each was noted. The older half goes at once: V8's maps are slow at giving up their first entries one by one. */
  let noted = new Map<string, number>();
  let older = new Map<string, number>();

  return {
    has: (name) => now() - (noted.get(name) ?? older.get(name) ?? Number.NEGATIVE_INFINITY) < ms,
    note(name) {
      noted.set(name, now());
      if (noted.size * 2 < max) return;
      older = noted;
      noted = new Map();
    },
    forget(name) {
      noted.delete(name);
      older.delete(name);
    },
  };
}

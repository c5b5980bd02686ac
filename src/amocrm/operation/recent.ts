export interface Recent {
  /** Whether the name was added within the last `ms`. */
  has(name: string): boolean;
  note(name: string): void;
  forget(name: string): void;
}

export interface RecentOptions {
  /** Names kept at most; beyond that the older half is dropped. */
  max: number;
  ms: number;
  now(): number;
}

/** Names that were added lately. No operation takes longer because there are many. */
export function createRecent({ max, ms, now }: RecentOptions): Recent {
  /** By name: when it was added. In two halves, because V8's maps are slow at deleting their first entries. */
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

/** A caller’s key as it is kept: the key itself is nowhere. */
export interface StoredApiKey {
  id: string;
  caller: string;
  /** Ids of the accounts that it is for; null: all of them. */
  accounts: string[] | null;
  /** Milliseconds since 1970. */
  createdAt: number;
}

export interface FoundApiKey extends StoredApiKey {
  /** How many accounts had been deleted when it was read; absent where the process itself deletes them. */
  deletionsSeen?: number;
}

/**
 * The store of callers’ keys. A promise rejects when the store cannot be read or did not save the change; a read sees
 * every change whose promise has resolved. `digest`: the SHA-256 of a key, in hexadecimal digits.
 */
export interface ApiKeyTable {
  add(digest: string, key: StoredApiKey): Promise<void>;
  find(digest: string): Promise<FoundApiKey | undefined>;
  /** The oldest first. */
  list(): Promise<StoredApiKey[]>;
  /** False where there is none. */
  remove(id: string): Promise<boolean>;
}

import type { Database } from './database.ts';
import type { Fence } from './fence.ts';

export interface LogOptions {
  database: Database;
  fence: Fence;
  /** The address that what is added belongs to. */
  address: string | null;
  /** Milliseconds since 1970. */
  now(): number;
  /** Called when a write failed; it is tried again. */
  onError(error: unknown): void;
}

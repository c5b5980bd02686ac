import type { Database } from './database.ts';
import type { Fence } from './fence.ts';

export interface LogOptions {
  database: Database;
  fence: Fence;
  /** Milliseconds since 1970. */
  now(): number;
  /** Called when a write failed; it is tried again. */
  onError(error: unknown): void;
}

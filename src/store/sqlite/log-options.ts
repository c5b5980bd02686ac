import type { GroupCommit } from './group-commit.ts';

export interface LogOptions {
  group: GroupCommit;
  /** Milliseconds since 1970. */
  now(): number;
  /** Called when a write to the disk failed; it is tried again. */
  onError(error: unknown): void;
}

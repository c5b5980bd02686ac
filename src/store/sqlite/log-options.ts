import type { GroupCommit } from './group-commit.ts';

export interface LogOptions {
  group: GroupCommit;
  /** Milliseconds since 1970. */
  now(): number;
  /** Told when the disk has not taken something; it is tried again. */
  onError(error: unknown): void;
}

import type { Claim } from './claim-log.ts';

/** One item of a write in amoCRM's own form. */
export type WriteBody = Record<string, unknown> & { _embedded?: Record<string, readonly unknown[]> };

/** amoCRM's answer for one written item. */
export interface WriteAnswer {
  id: number;
  [key: string]: unknown;
}

/**
 * What a keyed request has put on disk of its writes, so that it goes on after a failure or a restart. The log names each
 * write by what it is (`POST contacts`) and by its turn within the step.
 */
export interface WriteLog {
  /** The step's next write of that name; asking does not count as a turn. */
  peek(name: string): LoggedWrite;
  /** The same, and the one after it is next from now on. */
  next(name: string): LoggedWrite;
}

export interface LoggedWrite {
  /** One of all writes of all keys. */
  readonly id: string;
  /** What an earlier sending has left; undefined when it certainly never went out. */
  readonly begun: WriteRecord | undefined;
  /** To be awaited before the call goes out; rejects with OVERLOADED when the disk does not take it. */
  send(write: WriteRecord): Promise<void>;
  /** Its fate is in doubt. */
  leaveOpen(span: Pick<WriteRecord, 'sentAt' | 'endedAt'>): void;
  finish(answer: WriteAnswer): void;
  /** It certainly did not happen. */
  forget(): void;
}

export interface WriteRecord {
  method: 'POST' | 'PATCH';
  collection: string;
  body: WriteBody;
  /**
   * When it was first sent, at the earliest, and when its last call has ended or must have, at the latest: milliseconds
   * since 1970 by amoCRM's clock.
   */
  sentAt: number;
  endedAt: number;
  /** amoCRM's answer; absent while the fate is open. */
  answer?: WriteAnswer;
}

/** A create in doubt; the id is one of all writes of all keys. */
export interface OpenRecord {
  id: string;
  write: WriteRecord;
}

/** What earlier processes have left: creates in doubt, and the ids that are somebody's. */
export interface PastWrites {
  open: readonly OpenRecord[];
  claimed: readonly Claim[];
}

/** What a write is known by within its step. Updates are told apart by the entity. */
export function nameOfWrite(method: 'POST' | 'PATCH', collection: string, id?: unknown): string {
  return method === 'POST' ? `POST ${collection}` : `PATCH ${collection}/${id}`;
}

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
  /** Its fate is open; the call ended then (our wall clock, ms). */
  leaveOpen(endedAt: number): void;
  finish(answer: WriteAnswer): void;
  /** It certainly did not happen. */
  forget(): void;
}

export interface WriteRecord {
  method: 'POST' | 'PATCH';
  collection: string;
  body: WriteBody;
  /** When it was first sent, and when its last call has ended or must have, wall-clock milliseconds. */
  sentAt: number;
  endedAt: number;
  /** amoCRM's answer; absent while the fate is open. */
  answer?: WriteAnswer;
}

/** What earlier processes have left in the log: open creates, and the ids that are somebody's. */
export interface PastWrites {
  open: readonly { id: string; write: WriteRecord }[];
  claimed: readonly { collection: string; id: number }[];
}

/** What a write is known by within its step. Updates are told apart by the entity. */
export function nameOfWrite(method: 'POST' | 'PATCH', collection: string, id?: unknown): string {
  return method === 'POST' ? `POST ${collection}` : `PATCH ${collection}/${id}`;
}

import type { Claim } from './claim-log.ts';
import type { Findings } from './findings.ts';

/** One item of a write, in amoCRM's own form. */
export type WriteBody = Record<string, unknown> & { _embedded?: Record<string, readonly unknown[]> };

/** The methods of writes. */
export const writeMethods = ['POST', 'PATCH', 'PUT', 'DELETE'] as const;
export type WriteMethod = (typeof writeMethods)[number];

/** amoCRM's answer for one written item. */
export interface WriteAnswer {
  /** A text for what amoCRM knows by no number. */
  id: number | string;
  [key: string]: unknown;
}

/**
 * The write log of a keyed request, on disk, so that it can go on after a failure or a restart. It names each write by
 * method and list (`POST contacts`) and by its position among the step's writes of that name.
 */
export interface WriteLog {
  /** The step's next write of that name, without advancing. */
  peek(name: string): LoggedWrite;
  /** The step's next write of that name; advances to the one after it. */
  next(name: string): LoggedWrite;
  /** Those of the present step. */
  readonly findings: Findings;
  /** Whether an earlier attempt may have written something in the present step. */
  readonly isResumed: boolean;
}

export interface LoggedWrite {
  /** Unique among all writes of all keys. */
  readonly id: string;
  /** What an earlier attempt has recorded; undefined when the write certainly never went out. */
  readonly begun: WriteRecord | undefined;
  /** Records that the write goes out. Await it before the call; rejects with OVERLOADED when the disk fails. */
  send(write: WriteRecord): Promise<void>;
  /** Records that the write is in doubt. */
  leaveOpen(span: Pick<WriteRecord, 'sentAt' | 'endedAt'>): void;
  finish(answer: WriteAnswer): void;
  /** An id that the answer names, which is then nobody else's: kept in one commit with the answer, or not at all. */
  claim(claim: Claim): void;
  /** Records that the write certainly did not happen. */
  forget(): void;
}

export interface WriteRecord {
  method: WriteMethod;
  /** The path of the list that it goes to. */
  collection: string;
  /** Empty where nothing is looked for by it. */
  body: WriteBody;
  /** The ids that its list had before, where it is a dictionary. */
  before?: readonly number[];
  /** First sending and end of its last call, at the outermost: ms since 1970 by amoCRM's clock. */
  sentAt: number;
  endedAt: number;
  /** amoCRM's answer; absent while the write is in doubt. */
  answer?: WriteAnswer;
}

/** A create in doubt; the id is unique among all writes of all keys. */
export interface OpenRecord {
  id: string;
  write: WriteRecord;
}

/** What earlier processes have left: creates in doubt and claimed ids. */
export interface PastWrites {
  open: readonly OpenRecord[];
  claimed: readonly Claim[];
}

/** The name of a write within its step, by its path. Updates of a list include the entity's id, links both ends. */
export function nameOfWrite(method: WriteMethod, path: string, body: WriteBody = {}): string {
  const { id, entity_id, to_entity_type, to_entity_id } = body;
  if (to_entity_id !== undefined) return `${method} ${path}/${entity_id}/${to_entity_type}/${to_entity_id}`;
  return method === 'PATCH' && id !== undefined ? `PATCH ${path}/${id}` : `${method} ${path}`;
}

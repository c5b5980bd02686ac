/** What happens to a request in place of the ordinary answer. Only `after` and the kinds that say so process it. */
export type FaultAction =
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  | { kind: 'redirect'; to: string; status?: number }
  | { kind: 'drop' }
  | { kind: 'hang' }
  /** Waits before `next`, else before it is processed and answered. Without `ms` until released. */
  | { kind: 'delay'; ms?: number; next?: FaultAction }
  | { kind: 'after'; next: FaultAction }
  /** The client sees `next` (by default nothing); it is processed so much later, without `ms` when released. */
  | { kind: 'late'; ms?: number; next?: FaultAction }
  /** Somebody else writes first, then comes `next`, else it is processed and answered. */
  | ({ kind: 'meanwhile'; next?: FaultAction } & ForeignWrite)
  /** Processed; the connection breaks within the answer. */
  | { kind: 'cut'; bytes: number }
  /** Processed; the answer stops, the connection stays. */
  | { kind: 'stall'; bytes: number }
  /** Processed; the answer is not JSON. */
  | { kind: 'garbled' }
  /** Processed; the answer has the first items alone. */
  | { kind: 'omit'; keep?: number }
  /** Processed; the items of the answer are wrong, from the one at this index (by default 0) where it is about one. */
  | { kind: 'wrong-answer'; how: WrongAnswer; at?: number }
  | { kind: 'system-error' }
  | { kind: 'unauthorized' }
  | { kind: 'payment-required' }
  | { kind: 'too-many'; retryAfter?: string }
  | { kind: 'empty-page' }
  | { kind: 'ban' };

export const WRONG_ANSWERS = [
  'missing-item',
  'doubled-request-id',
  'unknown-request-id',
  'shared-id',
  'zero-id',
  'out-of-order',
] as const;
export type WrongAnswer = (typeof WRONG_ANSWERS)[number];

/** A write by another user, in amoCRM's own window as it were: neither limited nor logged nor met by a fault. */
export interface ForeignWrite {
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below /api/v4/, e.g. `leads/67890/notes`. */
  path: string;
  body: unknown;
  /** By default a user who is not the integration's. */
  userId?: number;
}

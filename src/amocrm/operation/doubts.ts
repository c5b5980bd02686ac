import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { Problem } from '../../problems/problem.ts';
import type { Doubt, DoubtLog } from './doubt-log.ts';
import type { Operation } from './operation.ts';

/** Seconds after the end of its call for which a create may still be carried out. */
const lateSeconds = 60;
const maxDoubts = 100_000;

export interface DoubtsOptions {
  log: DoubtLog;
  clock: Clock;
  timeoutMs: number;
}

export type Doubts = ReturnType<typeof createDoubts>;

/** Identities in doubt: a create for them may still be carried out, so nobody else creates meanwhile. */
export function createDoubts({ log, clock, timeoutMs }: DoubtsOptions) {
  const lateMs = lateSeconds * clock.second;
  /** By identity: until when it is in doubt, monotonic milliseconds. */
  const doubts = new Map<string, number>();

  function set(identities: readonly string[], until: number): void {
    const now = clock.now();
    for (const [identity, end] of doubts) {
      if (end > now && doubts.size < maxDoubts) break;
      doubts.delete(identity);
    }
    for (const identity of identities) doubts.set(identity, until);
    log.add(identities, clock.wall() + until - now);
  }

  function clear(identities: readonly string[]): void {
    for (const identity of identities) doubts.delete(identity);
    log.remove(identities);
  }

  return {
    /** Takes over one of an earlier process. */
    keep({ identity, until }: Doubt): void {
      const ms = Math.min(until - clock.wall(), lateMs + timeoutMs);
      if (ms > 0) doubts.set(identity, clock.now() + ms);
    },
    /** Throws OVERLOADED while one of the identities is in doubt. */
    refuse(names: readonly string[]): void {
      const until = Math.max(0, ...names.map((name) => doubts.get(hashOf(name)) ?? 0));
      const ms = until - clock.now();
      if (ms <= 0) return;
      const detail = 'amoCRM may be about to create this one: an earlier request has got no answer yet';
      throw new Problem('OVERLOADED', detail, { retryAfter: Math.ceil(ms / clock.second) });
    },
    /** Runs the create. Its identities are in doubt until it is answered, and for a while longer if it never is. */
    async during<T>(names: readonly string[], { deadline }: Operation, create: () => Promise<T>): Promise<T> {
      const identities = names.map(hashOf);
      set(identities, Math.max(clock.now(), deadline) + timeoutMs + lateMs);
      try {
        const made = await create();
        clear(identities);
        return made;
      } catch (error) {
        if (error instanceof Problem && error.code !== 'OUTCOME_UNKNOWN') clear(identities);
        else set(identities, clock.now() + lateMs);
        throw error;
      }
    },
  };
}

/** A hash: what is kept on disk holds no personal data. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}

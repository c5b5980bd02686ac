import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { Problem } from '../../problems/problem.ts';
import type { Doubt, DoubtLog } from './doubt-log.ts';

/** Seconds after the end of its call for which a create may still be carried out. */
const lateSeconds = 60;
const maxDoubts = 100_000;

export interface DoubtsOptions {
  log: DoubtLog;
  /** amoCRM's clock, milliseconds since 1970: at the earliest and at the latest. */
  serverTime(): { earliest: number; latest: number };
  clock: Pick<Clock, 'now' | 'second'>;
  /** Milliseconds that one call may take. */
  timeoutMs: number;
}

interface Kept {
  /** Milliseconds since 1970 by amoCRM's clock, so that a step of ours changes nothing. */
  until: number;
  /** Whose create it is; unknown after a restart. */
  owner: string | undefined;
}

export type Doubts = ReturnType<typeof createDoubts>;

/**
 * Identities in doubt: a create for them may still be carried out, so an operation that finds nothing for one of them
 * must not create meanwhile.
 */
export function createDoubts({ log, serverTime, clock, timeoutMs }: DoubtsOptions) {
  const lateMs = lateSeconds * clock.second;
  const doubts = new Map<string, Kept>();

  function set(identities: readonly string[], ms: number, owner: string | undefined): void {
    const { earliest, latest } = serverTime();
    for (const [identity, { until }] of doubts) {
      if (until > earliest && doubts.size < maxDoubts) break;
      doubts.delete(identity);
    }
    const until = latest + ms;
    for (const identity of identities) doubts.set(identity, { until, owner });
    log.add(identities, until);
  }

  function clear(identities: readonly string[]): void {
    for (const identity of identities) doubts.delete(identity);
    log.remove(identities);
  }

  return {
    /** Takes over one of an earlier process. */
    keep({ identity, until }: Doubt): void {
      doubts.set(identity, { until, owner: undefined });
    },
    /** Throws OVERLOADED while one of the identities is in doubt by a create of somebody else. */
    refuse(names: readonly string[], owner: string | undefined): void {
      const kept = names.map((name) => doubts.get(hashOf(name))).filter((doubt) => doubt !== undefined);
      const others = kept.filter((doubt) => owner === undefined || doubt.owner !== owner);
      const ms = Math.max(0, ...others.map(({ until }) => until)) - serverTime().earliest;
      if (ms <= 0) return;
      const detail = 'amoCRM may be about to create this one: an earlier request has got no answer yet';
      throw new Problem('OVERLOADED', detail, { retryAfter: Math.ceil(ms / clock.second) });
    },
    /** Runs the create. Its identities are in doubt until it is answered, and for a while longer if it never is. */
    async during<T>(
      names: readonly string[],
      { owner, deadline }: { owner: string | undefined; deadline: number },
      create: () => Promise<T>,
    ): Promise<T> {
      const identities = names.map(hashOf);
      set(identities, Math.max(0, deadline - clock.now()) + timeoutMs + lateMs, owner);
      try {
        const made = await create();
        clear(identities);
        return made;
      } catch (error) {
        if (error instanceof Problem && error.code !== 'OUTCOME_UNKNOWN') clear(identities);
        else set(identities, lateMs, owner);
        throw error;
      }
    },
  };
}

/** A hash: what is kept on disk holds no personal data. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}

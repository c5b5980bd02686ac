import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { callMessages } from '../../messages/amocrm.ts';
import { Problem } from '../../problems/problem.ts';
import type { Doubt, DoubtLog } from './doubt-log.ts';
import { lateSeconds } from './late-seconds.ts';

const maxDoubts = 100_000;

export interface DoubtsOptions {
  log: DoubtLog;
  /** amoCRM's clock, milliseconds since 1970: at the earliest and at the latest. */
  serverTime(): { earliest: number; latest: number };
  clock: Pick<Clock, 'now' | 'second'>;
  /** Milliseconds that one call may take. */
  timeoutMs: number;
}

/** A create that is open. */
interface OpenCreate {
  identities: readonly string[];
  /** Milliseconds since 1970 by amoCRM's clock, so that a jump of ours changes nothing. */
  until: number;
  owner: string | undefined;
}

/** The creates that an identity is in doubt by, and until when the log has it. */
interface InDoubt {
  by: Set<OpenCreate>;
  logged: number;
}

export type Doubts = ReturnType<typeof createDoubts>;

/**
 * Identities in doubt: a create for them may still be carried out, so an operation that finds nothing for one of them
 * must not create meanwhile. Several creates may share one, as people share a city.
 */
export function createDoubts({ log, serverTime, clock, timeoutMs }: DoubtsOptions) {
  const lateMs = lateSeconds * clock.second;
  /** In the order in which they end, but for those on the wire. */
  const creates = new Set<OpenCreate>();
  const doubts = new Map<string, InDoubt>();
  /** What earlier processes have left: until when. Whose it is and what belongs together is not known any more. */
  const past = new Map<string, number>();

  /** Resolves once that is on disk, as far as it can be written. */
  async function open(create: OpenCreate): Promise<void> {
    const { earliest } = serverTime();
    for (const old of creates) {
      if (old.until > earliest && doubts.size < maxDoubts) break;
      close(old);
    }
    creates.add(create);
    for (const identity of create.identities) {
      const { by, logged } = doubts.get(identity) ?? { by: new Set(), logged: 0 };
      by.add(create);
      doubts.set(identity, { by, logged: by.size === 1 ? create.until : Math.max(logged, create.until) });
    }
    const untilOf = (identity: string) => Math.max(doubts.get(identity)?.logged ?? 0, past.get(identity) ?? 0);
    const logged = [...Map.groupBy(create.identities, untilOf)];
    await Promise.all(logged.map(([until, identities]) => log.add(identities, until)));
  }

  /** Gives the identities that are in doubt no more. */
  function close(create: OpenCreate): string[] {
    const { earliest } = serverTime();
    creates.delete(create);
    return create.identities.filter((identity) => {
      const { by } = doubts.get(identity) ?? {};
      by?.delete(create);
      if (by?.size !== 0) return false;
      doubts.delete(identity);
      return (past.get(identity) ?? 0) <= earliest;
    });
  }

  /** Until when a create may bring one that the search finds: that has all of the names. */
  function doubtedUntil(names: readonly string[], owner: string | undefined): number {
    const identities = names.map(hashOf);
    const left = Math.min(...identities.map((identity) => past.get(identity) ?? 0));
    const creators = identities.map((identity) => doubts.get(identity)?.by ?? new Set<OpenCreate>());
    const [fewest = new Set<OpenCreate>()] = creators.toSorted((a, b) => a.size - b.size);
    const others = [...fewest].filter((create) => owner === undefined || create.owner !== owner);
    const meant = others.filter((create) => creators.every((by) => by.has(create)));
    return meant.reduce((latest, { until }) => Math.max(latest, until), left);
  }

  return {
    /** Takes over one of an earlier process; the latest of one identity counts. */
    keep({ identity, until }: Doubt): void {
      past.set(identity, Math.max(until, past.get(identity) ?? 0));
    },
    /**
     * Throws OVERLOADED while a create of somebody else may bring whom one of the searches asks for, each by all of its
     * names.
     */
    refuse(searches: readonly (readonly string[])[], owner: string | undefined): void {
      const until = Math.max(0, ...searches.map((names) => doubtedUntil(names, owner)));
      const ms = until - serverTime().earliest;
      if (ms <= 0) return;
      throw new Problem('OVERLOADED', callMessages.inDoubt, { retryAfter: Math.ceil(ms / clock.second) });
    },
    /** Runs the create. Its identities are in doubt until it is answered, and for a while longer if it never is. */
    async during<T>(
      names: readonly string[],
      { owner, deadline }: { owner: string | undefined; deadline: number },
      create: () => Promise<T>,
    ): Promise<T> {
      const identities = names.map(hashOf);
      const openMs = Math.max(0, deadline - clock.now()) + timeoutMs + lateMs;
      const begun = { identities, until: serverTime().latest + openMs, owner };
      // A process that is killed once the create is on its way must not leave the next one without a doubt.
      await open(begun);
      try {
        const made = await create();
        log.remove(close(begun));
        return made;
      } catch (error) {
        const settled = close(begun);
        if (error instanceof Problem && error.code !== 'OUTCOME_UNKNOWN') log.remove(settled);
        else void open({ ...begun, until: serverTime().latest + lateMs });
        throw error;
      }
    },
  };
}

/** A hash: what is kept on disk holds no personal data. */
function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}

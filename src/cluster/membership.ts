import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownershipMessages } from '../messages/ownership.ts';
import { Elsewhere } from './elsewhere.ts';
import { asElsewhere, createFailures } from './failures.ts';
import { createOwners } from './owners.ts';
import type { Owner, Replica, ReplicaTable, Surveyed, Taken } from './replica-table.ts';
import { createSpan } from './span.ts';
import { type Moment, momentNow, offMs } from './two-clocks.ts';

export interface MembershipOptions extends Pick<Replica, 'url' | 'version'> {
  table: ReplicaTable;
  /** Called when the lease has ended: this process owns no account any more. */
  onLost(): void;
  /** Called when a lease has begun after another was lost. */
  onBack(): void;
  /** Called after each heartbeat. */
  onSurvey(accounts: readonly Surveyed[]): void;
  /** Called for the first failure of several in a row, and when another fault of the database follows. */
  onError(error: unknown): void;
  timing?: Timing | undefined;
}

export interface Timing {
  /** Milliseconds from one heartbeat to the next, and until the lease ends without one. */
  beatMs: number;
  leaseMs: number;
  /** The lease ends here so much before it ends in the database; both count from the sending of the heartbeat. */
  marginMs: number;
  /** Reconciliation has 5 s of slack for the clocks of replicas and amoCRM. */
  maxClockOffMs: number;
}

export const usualTiming: Timing = { beatMs: 1000, leaseMs: 5000, marginMs: 500, maxClockOffMs: 2000 };

/** The right to call amoCRM for one account, as long as nothing refuses it. */
export interface Lease extends Taken {
  /** Why nothing may be sent now; undefined where it may. */
  refusal(): Elsewhere | undefined;
  release(): Promise<void>;
}

/** What a heartbeat has shown. */
export interface Sighting {
  /** Replicas that have a lease and do not go down. */
  live: number;
  /** Accounts with work that no replica has, or whose owner is gone. */
  unowned: number;
}

export type Membership = ReturnType<typeof createMembership>;

/** In place of an id: what is sent to itself never leaves the process. */
export const self = 'self';

/**
 * The lease of this process: it sends heartbeats, and a replica that sends none for some seconds owns nothing any more.
 */
export function createMembership(options: MembershipOptions) {
  const { table, url, version, onLost, onBack, onSurvey, onError, timing = usualTiming } = options;
  const { beatMs, leaseMs, marginMs, maxClockOffMs } = timing;
  const ended = new AbortController();
  let id: string | undefined;
  let isDraining = false;
  let loop = Promise.resolve();
  let sighting: Sighting | undefined;
  let deletionsSeen = 0;
  /** The id of the next lease. It is kept until that has begun: an attempt whose answer is lost may have succeeded. */
  let fresh = randomUUID();
  const span = createSpan(leaseMs - marginMs, lose);
  const failures = createFailures(onError);
  const owners = createOwners(table, (owner) => owner.id === id);

  function isHeld(): boolean {
    return id !== undefined && span.lasts();
  }

  function lose(): void {
    span.forget();
    if (id === undefined) return;
    id = undefined;
    sighting = undefined;
    onLost();
  }

  /** Throws where the clock of this machine is off that of the database. */
  function judgeClock(sentAt: Moment, wall: number): void {
    const ms = offMs(sentAt, wall);
    if (ms > maxClockOffMs) throw new Elsewhere(ownershipMessages.clockOff(Math.round(ms)));
  }

  async function join(): Promise<void> {
    const askedAt = momentNow();
    judgeClock(askedAt, await table.wall());
    const sentAt = momentNow();
    await table.join({ id: fresh, url, version }, leaseMs);
    id = fresh;
    fresh = randomUUID();
    span.renew(sentAt);
  }

  async function beat(own: string): Promise<void> {
    const sentAt = momentNow();
    const { isAlive, wall, live, deletions } = await table.beat(own, leaseMs);
    deletionsSeen = deletions;
    if (!isAlive) return lose();
    try {
      judgeClock(sentAt, wall);
    } catch (error) {
      lose();
      await table.leave(own);
      throw error;
    }
    if (id === own) span.renew(sentAt);
    const accounts = await table.survey(own);
    for (const { account } of accounts) owners.forget(account);
    if (id === own) {
      sighting = { live, unowned: accounts.filter(({ isOwn, isOff }) => !isOwn && !isOff).length };
      onSurvey(accounts);
    }
    await owners.refresh();
  }

  async function live(): Promise<void> {
    while (!ended.signal.aborted) {
      const startedAt = performance.now();
      try {
        // It may have ended while the process was suspended.
        if (!isHeld()) lose();
        if (id !== undefined) await beat(id);
        else {
          await join();
          onBack();
        }
        failures.clear();
      } catch (error) {
        failures.note(error);
      }
      const restMs = beatMs * (id === undefined ? 0.5 + Math.random() : 1) - (performance.now() - startedAt);
      await sleep(Math.max(1, restMs), undefined, { signal: ended.signal, ref: false }).catch(() => undefined); // Ended.
    }
  }

  const refusal = () => (isHeld() ? undefined : failures.reason());

  return {
    /** Begins the lease. */
    async start(): Promise<void> {
      await join();
      loop = live();
    },
    isReady: (): boolean => isHeld() && !isDraining,
    /** Whether that is an id that this process has. */
    isSelf: (other: string): boolean => other === id || other === self,
    /** How many accounts had been deleted when it last looked. */
    deletionsSeen: () => deletionsSeen,
    /** Why no account can be worked for; undefined where the lease lasts. */
    refusal,
    sighted: (): Sighting | undefined => sighting,
    /** Takes no more accounts: those that are released go to others. */
    async drain(): Promise<void> {
      isDraining = true;
      if (id !== undefined) await table.drain(id).catch(onError);
    },
    /** Throws Elsewhere where that is not known and the database does not answer. */
    locate: (account: string): Promise<Owner | undefined> => orElsewhere(owners.locate(account)),
    /** The addresses of the owners of these that have one. */
    async addressesOf(accounts: readonly string[]): Promise<Map<string, string>> {
      return new Map((await table.owners(accounts)).map(({ account, url }) => [account, url]));
    },
    forget: owners.forget,
    follow: owners.follow,
    /** Takes an account. Throws Elsewhere where it cannot be had now. */
    async take(account: string): Promise<Lease> {
      const owner = await orElsewhere(owners.locate(account));
      const own = id;
      const refused = refusal();
      if (own === undefined || refused !== undefined) throw refused ?? lost();
      const taken = owner === undefined ? await orElsewhere(table.take(account, own)) : undefined;
      if (taken === undefined) throw lost();
      return {
        ...taken,
        // A lease that was lost never comes back: another one may have had the account meanwhile.
        refusal: () => (id === own ? refusal() : lost()),
        release: async () => {
          if (id === own) await table.release(account, taken.epoch);
        },
      };
    },
    /** Ends the lease, after all accounts have been released. */
    async stop(): Promise<void> {
      ended.abort();
      span.forget();
      await loop;
      if (id !== undefined) await table.leave(id).catch(onError);
      id = undefined;
    },
  };
}

function orElsewhere<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    throw asElsewhere(error);
  });
}

function lost(): Elsewhere {
  return new Elsewhere(ownershipMessages.elsewhere);
}

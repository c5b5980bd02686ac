import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownershipMessages } from '../messages/ownership.ts';
import { Problem } from '../problems/problem.ts';
import type { Replica, ReplicaTable, Taken } from './replica-table.ts';

export interface MembershipOptions extends Pick<Replica, 'url' | 'version'> {
  table: ReplicaTable;
  /** Called when the lease has ended: every account belongs to somebody else from now on. */
  onLost(): void;
  /** Called when a lease has begun after another was lost. */
  onBack(): void;
  /** Called for the first failure of several in a row. */
  onError(error: unknown): void;
  timing?: Timing;
}

export interface Timing {
  /** Milliseconds from one sign of life to the next, and until the lease ends without one. */
  beatMs: number;
  leaseMs: number;
  /** The lease counts from the sending of the sign, and so much less than the database says. */
  marginMs: number;
  /** Reconciliation has 5 s of slack for the clocks of replicas and amoCRM. */
  maxClockOffMs: number;
}

const usualTiming: Timing = { beatMs: 1000, leaseMs: 5000, marginMs: 500, maxClockOffMs: 2000 };
/** Milliseconds between attempts to begin a lease while another process has one. */
const knockMs = 250;

/** The right to call amoCRM for one account, as long as nothing refuses it. */
export interface Lease extends Taken {
  /** Why nothing may be sent now; undefined where it may. */
  refusal(): Problem | undefined;
  release(): Promise<void>;
}

export type Membership = ReturnType<typeof createMembership>;

/**
 * The lease of this process: it shows signs of life, and whoever shows none for some seconds owns nothing any more. It
 * counts on the monotonic clock, and on the wall clock too, since the first may stand still while a machine sleeps.
 */
export function createMembership(options: MembershipOptions) {
  const { table, url, version, onLost, onBack, onError, timing = usualTiming } = options;
  const { beatMs, leaseMs, marginMs, maxClockOffMs } = timing;
  const ended = new AbortController();
  let id: string | undefined;
  let until = { now: 0, wall: 0 };
  let clockOffMs = 0;
  let isFailing = false;
  let loop = Promise.resolve();
  let end: NodeJS.Timeout | undefined;

  function isHeld(): boolean {
    return id !== undefined && performance.now() < until.now && Date.now() < until.wall;
  }

  function hold(sentAt: typeof until): void {
    const ms = leaseMs - marginMs;
    until = { now: sentAt.now + ms, wall: sentAt.wall + ms };
    clearTimeout(end);
    end = setTimeout(lose, until.now - performance.now()).unref();
  }

  function lose(): void {
    clearTimeout(end);
    if (id === undefined) return;
    id = undefined;
    onLost();
  }

  async function join(): Promise<boolean> {
    const sentAt = moment();
    const fresh = randomUUID();
    if (!(await table.join({ id: fresh, url, version }, leaseMs))) return false;
    id = fresh;
    hold(sentAt);
    return true;
  }

  async function beat(own: string): Promise<void> {
    const sentAt = moment();
    const { isAlive, wall } = await table.beat(own, leaseMs);
    // The answer was given at some time between the two.
    const offMs = Math.max(sentAt.wall - wall, wall - Date.now(), 0);
    if (offMs > maxClockOffMs && clockOffMs <= maxClockOffMs) onError(clockOff(offMs));
    clockOffMs = offMs;
    if (!isAlive) lose();
    else if (id === own) hold(sentAt);
  }

  async function live(): Promise<void> {
    while (!ended.signal.aborted) {
      const startedAt = performance.now();
      try {
        // It may have ended while the process stood still.
        if (!isHeld()) lose();
        if (id !== undefined) await beat(id);
        else if (await join()) onBack();
        isFailing = false;
      } catch (error) {
        if (!isFailing) onError(error);
        isFailing = true;
      }
      const restMs = beatMs * (id === undefined ? 0.5 + Math.random() : 1) - (performance.now() - startedAt);
      await sleep(Math.max(1, restMs), undefined, { signal: ended.signal, ref: false }).catch(() => undefined); // Ended.
    }
  }

  function refusal(): Problem | undefined {
    if (!isHeld()) return new Problem('OVERLOADED', ownershipMessages.noLease, again);
    if (clockOffMs <= maxClockOffMs) return undefined;
    return clockOff(clockOffMs);
  }

  return {
    /** Begins the lease. False where another process has one for all of that time. */
    async start(waitMs: number): Promise<boolean> {
      const giveUpAt = performance.now() + waitMs;
      while (!(await join())) {
        if (performance.now() >= giveUpAt) return false;
        await sleep(knockMs * (0.5 + Math.random()));
      }
      loop = live();
      return true;
    },
    refusal,
    /** Takes an account. Throws OVERLOADED where it cannot be had now. */
    async take(account: string): Promise<Lease> {
      const own = id;
      const refused = refusal();
      if (own === undefined || refused !== undefined) throw refused;
      const taken = await table.take(account, own).catch((cause: unknown) => {
        throw new Problem('OVERLOADED', ownershipMessages.noLease, { ...again, cause });
      });
      if (taken === undefined) throw new Problem('OVERLOADED', ownershipMessages.elsewhere, again);
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
      clearTimeout(end);
      await loop;
      if (id !== undefined) await table.leave(id).catch(onError);
      id = undefined;
    },
  };
}

const again = { retryAfter: 1 };

function clockOff(ms: number): Problem {
  return new Problem('OVERLOADED', ownershipMessages.clockOff(Math.round(ms)), again);
}

function lost(): Problem {
  return new Problem('OVERLOADED', ownershipMessages.elsewhere, again);
}

function moment() {
  return { now: performance.now(), wall: Date.now() };
}

import type { Clock } from '../clock.ts';
import { Elsewhere } from '../cluster/elsewhere.ts';
import type { Lease } from '../cluster/membership.ts';
import type { Use } from '../http/account.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import type { Problem } from '../problems/problem.ts';
import type { OpenAccount } from './open-account.ts';
import { createTenure, type Tenure } from './tenure.ts';

export interface RegistryOptions {
  clock: Clock;
  /** Opens an account; `restMs`: milliseconds before its first call. Undefined where there is none. */
  open(id: string, restMs: number): Promise<OpenAccount | undefined>;
  /** Milliseconds from now for which calls of an earlier process count against the rate limit. */
  restMs: number;
  /** Why no account is opened any more. */
  refusal(): Problem;
  /** Called when an account could not be closed. */
  onError(error: unknown): void;
}

/** Seconds after the end of a gate for which its calls may count against the rate limit. */
const restSeconds = 1.25;

/**
 * An account for as long as it is used; `replaced` where it was added in place of another after more deletions than
 * were seen.
 */
export type Found = Use | undefined | 'replaced';

export type Registry = ReturnType<typeof createRegistry>;

/** What may be done with an account while nobody opens it. */
export interface Turn {
  /** The account where it is open, or was being opened. */
  find(): Promise<OpenAccount | undefined>;
  /** Ends its service. */
  end(): Promise<void>;
  /** Ends its service, and gives its lease, which stays until it is released; undefined where there is none any more. */
  handOver(): Promise<Lease | undefined>;
}

/** The accounts that are open: opened at first need, closed without work, one service for each at any time. */
export function createRegistry({ clock, open, restMs, refusal, onError }: RegistryOptions) {
  const tenures = new Map<string, Tenure>();
  const startedAt = clock.now();
  /** Until when calls of closed accounts count against the rate limit. */
  const restUntil = new Map<string, number>();
  /** Accounts that are being changed: nobody opens them meanwhile. */
  const changing = new Map<string, Promise<void>>();
  let isStarted = false;
  let isOver = false;

  function begin(id: string): Tenure {
    const rest = Math.max(startedAt + restMs, restUntil.get(id) ?? 0) - clock.now();
    const opening = open(id, Math.max(0, rest));
    const tenure = createTenure({
      clock,
      opening,
      onError,
      onOver(account) {
        if (account !== undefined) restUntil.set(id, clock.now() + restSeconds * clock.second);
        tenures.delete(id);
      },
    });
    tenures.set(id, tenure);
    opening.then(
      (account) => {
        if (isStarted) account?.start();
      },
      () => undefined, // The waiting caller gets the error.
    );
    return tenure;
  }

  /**
   * An account for as long as it is used. Undefined where there is none; `replaced` where it was added in place of another
   * after more deletions than were seen.
   */
  function use(id: string): Use | Promise<Use | undefined>;
  function use(id: string, deletionsSeen: number): Found | Promise<Found>;
  function use(id: string, deletionsSeen = Number.POSITIVE_INFINITY): Found | Promise<Found> {
    const tenure = tenures.get(id);
    const account = tenure?.account();
    return tenure !== undefined && account !== undefined && isUsable(id, tenure)
      ? useOf(tenure, account, deletionsSeen)
      : useOnceOpen(id, deletionsSeen);
  }

  function useOf(tenure: Tenure, account: OpenAccount, deletionsSeen: number): Use | 'replaced' {
    return deletionsSeen < account.lease.addedAfter ? 'replaced' : tenure.use(account);
  }

  function isUsable(id: string, tenure: Tenure): boolean {
    return tenure.closing() === undefined && !changing.has(id);
  }

  async function useOnceOpen(id: string, deletionsSeen: number): Promise<Found> {
    for (;;) {
      while (changing.has(id)) await changing.get(id);
      if (isOver) throw refusal();
      const tenure = tenures.get(id) ?? begin(id);
      const account = await tenure.opening;
      if (account === undefined) return undefined;
      if (isUsable(id, tenure)) return useOf(tenure, account, deletionsSeen);
      await tenure.closing();
    }
  }

  const turnOf = (id: string): Turn => ({
    find: async () => tenures.get(id)?.opening.catch(() => undefined), // Who opened it gets the error.
    end: async () => tenures.get(id)?.end(),
    handOver: async () => tenures.get(id)?.handOver(),
  });

  /** Does work on an account once all before it is done; nobody opens it meanwhile. */
  async function inTurn<T>(id: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    const before = changing.get(id);
    const done = (async () => {
      await before;
      return work(turnOf(id));
    })();
    const over = done.then(
      () => undefined,
      () => undefined, // The caller gets the error.
    );
    changing.set(id, over);
    return done.finally(() => {
      if (changing.get(id) === over) changing.delete(id);
    });
  }

  function change<T>(id: string, work: () => Promise<T>): Promise<T> {
    return inTurn(id, async ({ end }) => {
      await end();
      return work();
    });
  }

  const opened = () => [...tenures.values()].flatMap(({ account }) => account() ?? []);

  return {
    use,
    /** Those that are open now. */
    opened,
    find: (id: string): OpenAccount | undefined => tenures.get(id)?.account(),
    /** Opens an account, so that it renews its tokens and carries out its jobs; not one that another replica has. */
    async wake(id: string): Promise<void> {
      try {
        (await use(id))?.end();
      } catch (error) {
        if (!(error instanceof Elsewhere)) throw error;
      }
    },
    inTurn,
    /**
     * Does work on an account that nobody uses: its service is ended before, where requests in progress get a few seconds,
     * and the next use opens it anew. One change of an account after the other.
     */
    change,
    /** Does work on an account that is not open and that nobody opens meanwhile; undefined where it is open. */
    whileClosed: <T>(id: string, work: () => Promise<T>): Promise<T | undefined> =>
      inTurn(id, async ({ find }) => ((await find()) !== undefined || isOver ? undefined : work())),
    /** Begins what accounts do without requests. */
    start(): void {
      isStarted = true;
      for (const account of opened()) account.start();
    },
    /** Nothing is begun any more. */
    stop(): void {
      isOver = true;
      for (const account of opened()) account.stop();
    },
    /** This process does not own an account, or any, from now on: calls end, and the next use takes it again. */
    lose(id?: string): void {
      const reason = new Elsewhere(ownershipMessages.elsewhere);
      for (const [own, tenure] of tenures) if (id === undefined || id === own) tenure.lose(reason);
    },
    /** Lets go of each account once its requests and calls have ended, for others to take it. */
    release(): void {
      for (const tenure of tenures.values()) tenure.end().catch(onError);
    },
    giveUp(reason: Problem): void {
      for (const account of opened()) account.giveUp(reason);
    },
    async close(): Promise<void> {
      isOver = true;
      await Promise.allSettled([...tenures.values()].map(({ close }) => close()));
    },
  };
}

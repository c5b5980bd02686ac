import { type Clock, sleep } from '../clock.ts';
import type { Use } from '../http/account.ts';
import { Problem } from '../problems/problem.ts';
import type { OpenAccount } from './open-account.ts';

export interface RegistryOptions {
  clock: Clock;
  /** Opens an account; `restMs`: milliseconds before its first call. Undefined where there is none. */
  open(id: string, restMs: number): Promise<OpenAccount | undefined>;
  /** Milliseconds from now in which calls of an earlier process still count. */
  restMs: number;
  /** Called when an account could not be closed. */
  onError(error: unknown): void;
}

/** Seconds without work after which an account is closed, and until it is looked at again where it has some. */
const idleSeconds = 300;
const lookSeconds = 60;
/** Seconds that requests in progress get when an account is opened anew or deleted. */
const drainSeconds = 8;
/** Seconds in which the calls of a gate may still count after it has ended. */
const restSeconds = 1.25;

interface Entry {
  opening: Promise<OpenAccount | undefined>;
  account: OpenAccount | undefined;
  users: number;
  lastUsedAt: number;
  closing: Promise<void> | undefined;
  /** Whether it will be looked at, once it may be idle. */
  isWatched: boolean;
  /** Called when the last user has ended. */
  onFree(): void;
}

export type Registry = ReturnType<typeof createRegistry>;

/** The accounts that are open: opened at first need, closed without work, one service for each at any time. */
export function createRegistry({ clock, open, restMs, onError }: RegistryOptions) {
  const entries = new Map<string, Entry>();
  const startedAt = clock.now();
  /** When the calls of accounts that were closed count no more. */
  const restUntil = new Map<string, number>();
  /** Accounts that are being changed: nobody opens them meanwhile. */
  const changing = new Map<string, Promise<void>>();
  let isStarted = false;
  let isOver = false;

  function begin(id: string): Entry {
    const rest = Math.max(startedAt + restMs, restUntil.get(id) ?? 0) - clock.now();
    const opening = open(id, Math.max(0, rest));
    const entry: Entry = {
      opening,
      account: undefined,
      users: 0,
      lastUsedAt: 0,
      closing: undefined,
      isWatched: false,
      onFree() {},
    };
    entries.set(id, entry);
    opening.then(
      (account) => {
        entry.account = account;
        entry.lastUsedAt = clock.now();
        if (account === undefined) entries.delete(id);
        else if (isStarted) account.start();
      },
      () => entries.delete(id), // Whoever waits is told.
    );
    return entry;
  }

  function hold(entry: Entry, account: OpenAccount): Use {
    entry.users += 1;
    return {
      account,
      end() {
        entry.users -= 1;
        entry.lastUsedAt = clock.now();
        if (entry.users > 0) return;
        entry.onFree();
        watch(account.id, entry);
      },
    };
  }

  /** An account for as long as it is used. Undefined where there is none. */
  function use(id: string): Use | Promise<Use | undefined> {
    const entry = entries.get(id);
    if (entry?.account !== undefined && entry.closing === undefined && !changing.has(id))
      return hold(entry, entry.account);
    return useOnceOpen(id);
  }

  async function useOnceOpen(id: string): Promise<Use | undefined> {
    for (;;) {
      await changing.get(id);
      if (isOver) throw new Problem('SHUTTING_DOWN', 'The service is going down');
      const entry = entries.get(id) ?? begin(id);
      const account = await entry.opening;
      if (account === undefined) return undefined;
      if (entry.closing === undefined && !changing.has(id)) return hold(entry, account);
      await entry.closing;
    }
  }

  async function untilFree(entry: Entry, seconds: number): Promise<void> {
    if (entry.users === 0) return;
    const free = new AbortController();
    entry.onFree = () => free.abort();
    await sleep(clock, seconds * clock.second, free.signal).catch(() => undefined); // Free: the usual end.
  }

  function end(id: string, entry: Entry, account: OpenAccount): Promise<void> {
    entry.closing ??= close(id, entry, account);
    return entry.closing;
  }

  async function close(id: string, entry: Entry, account: OpenAccount): Promise<void> {
    account.stop();
    await untilFree(entry, drainSeconds);
    account.giveUp(new Problem('SHUTTING_DOWN', 'The account is being opened anew'));
    await untilFree(entry, drainSeconds);
    await account.close().catch(onError);
    restUntil.set(id, clock.now() + restSeconds * clock.second);
    entries.delete(id);
  }

  /** Looks at an account when it may have been idle for long enough. One timer serves all of its uses. */
  function watch(id: string, entry: Entry, seconds = idleSeconds): void {
    if (entry.isWatched || isOver) return;
    entry.isWatched = true;
    clock.after(seconds * clock.second, () => {
      entry.isWatched = false;
      void closeIfIdle(id, entry).catch(onError);
    });
  }

  async function closeIfIdle(id: string, entry: Entry): Promise<void> {
    const { account } = entry;
    const idleMs = () => (entry.users === 0 ? clock.now() - entry.lastUsedAt : 0);
    // The end of its use has it watched again.
    if (account === undefined || entry.users > 0 || entry.closing !== undefined) return;
    const left = idleSeconds - idleMs() / clock.second;
    if (left > 0) return watch(id, entry, left);
    if ((await account.isAtRest()) && idleMs() >= idleSeconds * clock.second) await end(id, entry, account);
    else if (entry.users === 0) watch(id, entry, lookSeconds);
  }

  async function shut(id: string): Promise<void> {
    const entry = entries.get(id);
    const account = await entry?.opening.catch(() => undefined); // Whoever wanted it is told.
    if (entry !== undefined && account !== undefined) await end(id, entry, account);
  }

  const opened = () => [...entries.values()].flatMap(({ account }) => account ?? []);

  return {
    use,
    /** Those that are open now. */
    opened,
    find: (id: string): OpenAccount | undefined => entries.get(id)?.account,
    /** Opens an account, so that it renews its tokens and carries out its jobs. */
    async wake(id: string): Promise<void> {
      (await use(id))?.end();
    },
    /**
     * Does work on an account that nobody uses: its service is ended before, where requests in progress get a few seconds,
     * and the next use opens it anew. One change of an account after the other.
     */
    async change<T>(id: string, work: () => Promise<T>): Promise<T> {
      const before = changing.get(id);
      const changed = (async () => {
        await before;
        await shut(id);
        return work();
      })();
      const over = changed.then(
        () => undefined,
        () => undefined, // Whoever asked for the change is told.
      );
      changing.set(id, over);
      return changed.finally(() => {
        if (changing.get(id) === over) changing.delete(id);
      });
    },
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
    giveUp(reason: Problem): void {
      for (const account of opened()) account.giveUp(reason);
    },
    async close(): Promise<void> {
      isOver = true;
      await Promise.allSettled(
        [...entries.values()].map(async ({ opening, closing }) => closing ?? (await opening)?.close()),
      );
    },
  };
}

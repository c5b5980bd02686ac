import { type Clock, sleep } from '../clock.ts';
import type { Lease } from '../cluster/membership.ts';
import type { Use } from '../http/account.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import type { OpenAccount } from './open-account.ts';

export interface TenureOptions {
  clock: Clock;
  opening: Promise<OpenAccount | undefined>;
  /** Called when it has ended, or was never there; `account` is what was open. */
  onOver(account: OpenAccount | undefined): void;
  /** Called when the account could not be closed. */
  onError(error: unknown): void;
}

/** Seconds without use after which an account that has nothing to do is closed. */
const idleSeconds = 300;
/** Seconds until it is checked again where it has something to do. */
const recheckSeconds = 60;
/** Seconds that requests in progress get when an account is opened anew or deleted, and of those the last for their answers. */
const drainSeconds = 8;
const answerSeconds = 1;

export type Tenure = ReturnType<typeof createTenure>;

/** One account from its opening to its closing: counts its users, and closes it once it is idle. */
export function createTenure({ clock, opening, onOver, onError }: TenureOptions) {
  let account: OpenAccount | undefined;
  let users = 0;
  let lastUsedAt = 0;
  let closing: Promise<void> | undefined;
  /** Whether its lease was handed over: who has got it releases it. */
  let isHandedOver = false;
  /** Whether a timer runs until the next check. */
  let isWatched = false;
  /** Called when the last user has ended. */
  let onFree = () => {};

  opening.then(
    (opened) => {
      account = opened;
      lastUsedAt = clock.now();
      if (opened === undefined) onOver(undefined);
    },
    () => onOver(undefined), // The waiting caller gets the error.
  );

  function use(opened: OpenAccount): Use {
    users += 1;
    return {
      account: opened,
      end() {
        users -= 1;
        lastUsedAt = clock.now();
        if (users > 0) return;
        onFree();
        watch(idleSeconds);
      },
    };
  }

  /** Waits for the last user so many seconds at most. */
  async function untilFree(seconds: number): Promise<void> {
    if (users === 0) return;
    const free = new AbortController();
    onFree = () => free.abort();
    await sleep(clock, seconds * clock.second, free.signal).catch(() => undefined); // Free: the usual end.
  }

  async function close(opened: OpenAccount): Promise<void> {
    opened.stop();
    await untilFree(drainSeconds - answerSeconds);
    opened.giveUp(new Problem('SHUTTING_DOWN', serviceMessages.accountOpenedAnew));
    // Requests whose bodies are still being sent are not waited for.
    await untilFree(answerSeconds);
    await shut(opened).catch(onError);
    onOver(opened);
  }

  async function shut(opened: OpenAccount): Promise<void> {
    await opened.close();
    if (!isHandedOver) await opened.lease.release();
  }

  function end(opened: OpenAccount): Promise<void> {
    closing ??= close(opened);
    return closing;
  }

  /** Checks it when it may have been idle for long enough. One timer at a time, however often it is used. */
  function watch(seconds: number): void {
    if (isWatched) return;
    isWatched = true;
    clock.after(seconds * clock.second, () => {
      isWatched = false;
      void endIfIdle().catch(onError);
    });
  }

  async function endIfIdle(): Promise<void> {
    // The end of its use sets the timer again.
    if (account === undefined || users > 0 || closing !== undefined) return;
    const left = idleSeconds - idleMs() / clock.second;
    if (left > 0) return watch(left);
    if ((await account.isAtRest()) && idleMs() >= idleSeconds * clock.second) await end(account);
    else if (users === 0) watch(recheckSeconds);
  }

  function idleMs(): number {
    return users === 0 ? clock.now() - lastUsedAt : 0;
  }

  return {
    opening,
    account: () => account,
    /** Resolves when it has ended, where it is ending. */
    closing: () => closing,
    use,
    /** Ends it, where requests in progress get a few seconds. */
    async end(): Promise<void> {
      const opened = await opening.catch(() => undefined); // Who opened it gets the error.
      if (opened !== undefined) await end(opened);
    },
    /** Ends it, and gives its lease, which stays until it is released; undefined where there is none any more. */
    async handOver(): Promise<Lease | undefined> {
      const opened = await opening.catch(() => undefined); // Who opened it gets the error.
      const isEnding = closing !== undefined;
      isHandedOver ||= !isEnding;
      if (opened !== undefined) await end(opened);
      return isEnding ? undefined : opened?.lease;
    },
    /** Ends it, now or once it is open: this process does not own it any more. Its calls end at once. */
    lose(reason: Problem): void {
      const over = (opened: OpenAccount | undefined) => {
        opened?.giveUp(reason);
        return opened && end(opened);
      };
      if (account === undefined) opening.then(over).catch(onError);
      else over(account)?.catch(onError);
    },
    /** Closes it with the process, whose requests and calls have ended before. */
    close(): Promise<void> {
      closing ??= opening.then((opened) => opened && shut(opened));
      return closing;
    },
  };
}

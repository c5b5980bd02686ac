import type { Clock } from '../../clock.ts';
import { callMessages } from '../../messages/amocrm.ts';
import { Problem } from '../../problems/problem.ts';
import { policyOf } from '../client/outcomes.ts';

/** The breaker of one account, as far as the block of an address has to do with it. */
export interface Neighbour {
  /** Sends one probe; tells whether amoCRM has let it in. */
  probe(): Promise<boolean>;
  /** The address counts as blocked: whoever waits is refused. */
  refuse(reason: Problem): void;
  /** The address is free again. */
  resume(): void;
}

/** What the accounts of a process know together: a block may mean the account, or the address that all of them call from. */
export interface AddressBlock {
  /** Adds an account that is open; returns what takes it out. */
  join(neighbour: Neighbour): () => void;
  /** amoCRM has blocked this account, which it had not before. */
  report(neighbour: Neighbour): void;
  /** The failure of all calls while the address counts as blocked. */
  refusal(): Problem | undefined;
}

export interface AddressBlockOptions {
  clock: Pick<Clock, 'now' | 'after' | 'second'>;
  /** Called when the address has been blocked, and when it is free again. */
  onChange(isBlocked: boolean): void;
}

/** So many accounts blocked within so many seconds are no coincidence. */
const accounts = 3;
const withinSeconds = 60;
/** Knocking prolongs a block. */
const probeSeconds = 30;

/** Sends nothing from this process but one probe of one account at a time while its address seems to be blocked. */
export function createAddressBlock({ clock, onChange }: AddressBlockOptions): AddressBlock {
  /** In the order in which they are probed. */
  const open = new Set<Neighbour>();
  const reports = new Map<Neighbour, number>();
  let isBlocked = false;
  let isTimed = false;
  let probeAt = 0;

  function refusal(): Problem | undefined {
    if (!isBlocked) return undefined;
    const { code } = policyOf('blocked');
    const seconds = Math.max(1, Math.ceil((probeAt - clock.now()) / clock.second));
    return new Problem(code, callMessages.addressBlocked, { retryAfter: seconds });
  }

  function probeLater(): void {
    isTimed = true;
    probeAt = clock.now() + probeSeconds * clock.second;
    clock.after(probeSeconds * clock.second, () => void probe());
  }

  async function probe(): Promise<void> {
    isTimed = false;
    const next = open.values().next().value;
    if (next === undefined) return;
    // The next probe is another's: this one may have a block or an outage of its own.
    putLast(next);
    if (await next.probe()) lift();
    else probeLater();
  }

  function putLast(neighbour: Neighbour): void {
    open.delete(neighbour);
    open.add(neighbour);
  }

  function lift(): void {
    isBlocked = false;
    reports.clear();
    onChange(false);
    for (const one of open) one.resume();
  }

  return {
    join(neighbour) {
      open.add(neighbour);
      if (isBlocked && open.size === 1 && !isTimed) probeLater();
      return () => {
        open.delete(neighbour);
        reports.delete(neighbour);
      };
    },
    report(neighbour) {
      const now = clock.now();
      reports.set(neighbour, now);
      for (const [one, at] of reports) if (now - at > withinSeconds * clock.second) reports.delete(one);
      if (isBlocked || reports.size < accounts) return;
      isBlocked = true;
      // One that amoCRM has not blocked tells most: if it is let in, the others have blocks of their own.
      for (const one of reports.keys()) putLast(one);
      probeLater();
      onChange(true);
      const reason = refusal();
      if (reason !== undefined) for (const one of open) one.refuse(reason);
    },
    refusal,
  };
}

/** Of an account that is alone in its process. */
export const noAddressBlock: AddressBlock = { join: () => () => {}, report() {}, refusal: () => undefined };

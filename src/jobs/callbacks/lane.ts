import type { LookupFunction } from 'node:net';
import { userAgent } from '../../amocrm/client/client.ts';
import { deliveryMessages } from '../../messages/jobs.ts';
import type { Job } from '../job.ts';
import { createLookout, type LookoutOptions } from '../lookout.ts';
import { createSetBack } from '../set-back.ts';
import { untilSaved } from '../until-saved.ts';
import type { Callback, CallbackStore, DeliveryEnd, OwedDelivery } from './callback-store.ts';
import { delaysMs, isRefusal, judgeEnd, requestOf } from './delivery.ts';
import { post } from './post.ts';

export interface LaneOptions extends LookoutOptions {
  store: CallbackStore;
  /** Host names that may have addresses that are not public. */
  hosts: readonly string[];
  /** Cuts deliveries in progress: they are made again after the next start. */
  cut: AbortSignal;
  /** Lets the shutdown wait for a delivery. */
  waitFor(work: Promise<void>): void;
  /** Called after each delivery. */
  onDelivery(job: Job, end: DeliveryEnd): void;
  lookup?: LookupFunction | undefined;
}

/** Deliveries to one caller at once. */
const atOnce = 4;
const timeoutSeconds = 15;
/** Seconds for which no other replica makes a delivery that this one has begun: longer than one takes. */
const heldSeconds = 30;
const droppedAtOnce = 100;
/** The wall clock may be set meanwhile. */
const longestWaitSeconds = 60;

/** Delivers to one caller what it is owed; returns what wakes it. */
export function createLane(caller: string, options: LaneOptions): () => void {
  const { store, clock, hosts, cut, lookup, shutdown } = options;
  const inProgress = new Set<number>();
  const whenSetBack = createSetBack(clock);
  const wake = createLookout(look, options);

  async function look(): Promise<number> {
    const callback = await store.find(caller);
    if (callback === undefined || callback.offAt !== undefined) {
      if ((await store.drop(caller, droppedAtOnce)) === droppedAtOnce) wake();
      return Number.POSITIVE_INFINITY;
    }
    const now = clock.wall();
    // What another replica has in progress waits for its end.
    const longestMs = delaysMs(clock).map((ms) => Math.max(ms, 2 * heldSeconds * clock.second));
    await whenSetBack(() => store.hasten(caller, now, longestMs, [...inProgress]));
    // Those in progress are due as well.
    for (const place of await store.due(caller, now, 2 * atOnce)) {
      // The end of one wakes it.
      if (inProgress.size >= atOnce || shutdown.aborted) return Number.POSITIVE_INFINITY;
      const owed = inProgress.has(place) ? undefined : await store.take(place, now, now + heldSeconds * clock.second);
      if (owed !== undefined) options.waitFor(deliver(owed, callback));
    }
    const nextAt = await store.nextAt(caller, now);
    if (nextAt === undefined) return Number.POSITIVE_INFINITY;
    return Math.min(nextAt - now, longestWaitSeconds * clock.second);
  }

  async function deliver(owed: OwedDelivery, callback: Callback): Promise<void> {
    inProgress.add(owed.place);
    const timeout = new AbortController();
    const stop = clock.after(timeoutSeconds * clock.second, () =>
      timeout.abort(deliveryMessages.noAnswer(timeoutSeconds)),
    );
    const { url } = callback;
    const { headers, body } = requestOf(owed, callback, clock.wall());
    const ended = await post({
      url,
      headers: { 'user-agent': userAgent, ...headers },
      body,
      isTrusted: hosts.includes(new URL(url).hostname),
      signal: AbortSignal.any([timeout.signal, cut]),
      lookup,
    });
    stop();
    // It is made again after the next start.
    if (cut.aborted && 'failure' in ended) return;
    const end = judgeEnd(ended, owed.job, clock);
    await untilSaved(async () => {
      if (isRefusal(ended)) await store.switchOff(callback, clock.wall());
      await store.settle(owed, end);
    }, options);
    options.onDelivery(owed.job, end);
    inProgress.delete(owed.place);
    wake();
  }

  return wake;
}

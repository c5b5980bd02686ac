import type { Clock } from '../../clock.ts';
import type { Gate } from '../gate.ts';
import { type Operation, startOperation } from '../operation/operation.ts';
import { onceMore, readKnown } from '../reads/once-more.ts';
import type { Collection } from '../shapes/collection.ts';
import { createAccountCheck } from './account-check.ts';
import { catchUp } from './catch-up.ts';
import type { ContactIndex } from './contact-index.ts';
import { createForecast, quickPages } from './forecast.ts';
import { guardIndex, IndexLost } from './guarded-index.ts';
import { createListReader } from './list-reader.ts';
import type { DirectoryObserver } from './observer.ts';
import { createCatchUpPace } from './pace.ts';
import type { Place } from './paging.ts';
import { indexed, type ListedPage, type Order } from './read-listed.ts';
import { createTaker } from './taker.ts';

export interface DeskOptions {
  index: ContactIndex;
  gate: Pick<Gate, 'readUnshared' | 'findByIds' | 'serverTime' | 'load' | 'freePlaces' | 'refusal'>;
  collection: Collection;
  /** Ids of the custom fields whose values are indexed, as amoCRM has them now. */
  readFieldIds(operation: Operation): Promise<number[]>;
  clock: Clock;
  /** Calls a second, all together. */
  rateLimit: number;
  /** Milliseconds for a shared read. */
  deadlineMs: number;
  /** Contacts on a page at most. */
  pageSize: number;
  /** Pages after which a walk of a catch-up is long; see `CatchUpOptions`. */
  longPages: number;
  observer: DirectoryObserver;
}

export type Desk = ReturnType<typeof createDesk>;

/** The index and the reads that feed it. An index that is lost, or turns out to be another account's, is made anew. */
export function createDesk(options: DeskOptions) {
  const { gate, collection, clock, deadlineMs, pageSize, longPages, observer } = options;
  const paceCatchUp = createCatchUpPace(clock, options.rateLimit);
  const index = guardIndex(options.index, lose);
  const reader = createListReader({ gate, collection, clock, stamp: index.stamp });
  /** Aborted when the index is lost: what was read for it is of no use for the next. */
  let era = new AbortController();
  let isLost = false;
  let isChecked = false;
  const forecast = createForecast(pageSize);
  const { ofSameAccount, isAllGone, unlessAllGone } = createAccountCheck(index, lose);

  function lose(cause: unknown): void {
    observer.onLost(cause);
    era.abort(new IndexLost('The contact index was lost', { cause }));
    era = new AbortController();
    try {
      options.index.renew();
    } catch (error) {
      isLost = true;
      observer.onLost(error);
    }
  }

  return {
    index,
    isLost: () => isLost,
    isComplete: () => !isLost && isChecked && index.state().isComplete,
    /** Checks a part of the index; tells whether that was the last. */
    check() {
      isChecked = index.check();
      return isChecked;
    },
    /** Reads a page when nobody else waits. */
    async readSoon(order: Order, place: Place, signal: AbortSignal): Promise<ListedPage> {
      return ofSameAccount(await reader.inBackground(order, place, AbortSignal.any([signal, era.signal])));
    },
    /** Reads contacts by their ids; `pace` is called before each call. */
    async readByIds(ids: readonly number[], pace: () => Promise<void>, signal: AbortSignal): Promise<ListedPage> {
      const sent = { stamp: index.stamp(), at: Math.floor(gate.serverTime().earliest) };
      const ended = AbortSignal.any([signal, era.signal]);
      const found = await readKnown(ids, async (some) => {
        await pace();
        const operation = startOperation('amocrm-steps', deadlineMs, [ended], [], clock);
        return gate.findByIds(collection, some, operation).finally(operation.end);
      });
      return { contacts: found.map(indexed), hasNext: false, accountId: undefined, ...sent };
    },
    /** Calls of catch-ups until the end of the first one that begins at this moment (monotonic ms) or later. */
    callsAhead: forecast.callsAhead,
    /** Makes a catch-up; resolves to when it began, monotonic milliseconds. `onLong` is told that it takes long. */
    async catchUp(signal: AbortSignal, onLong: () => void): Promise<number> {
      const startedAt = clock.now();
      const failed = new AbortController();
      const ended = AbortSignal.any([signal, era.signal, failed.signal]);
      const expectedPages = forecast.expectedPages();
      const own = forecast.begin();
      const onSent = () => forecast.onSent(clock.now());
      const report = (result: 'done' | 'failed') =>
        observer.onCatchUp({ result, pages: own.pages, duration_ms: clock.now() - startedAt });
      const taker = createTaker(index);
      try {
        await paceCatchUp('catch-up', ended);
        await catchUp({
          async read(order, place) {
            // Pages of both walks: a long catch-up leaves room for others.
            if (own.pages >= Math.min(2 * longPages, quickPages)) await paceCatchUp('page', ended);
            const readPage = () => reader.untilRead(order, place, { signal: ended, onSent });
            const page = await onceMore(readPage, (shown) => isAllGone(shown, place));
            return ofSameAccount(unlessAllGone(page, place));
          },
          take: taker.take,
          pageSize,
          longPages,
          expectedPages,
          reached: index.state,
          save: (reached) => index.save({ ...index.state(), ...reached }),
          onBegin() {
            own.begunAt = Number.POSITIVE_INFINITY;
          },
          onLong(more) {
            forecast.onLong(more);
            onLong();
          },
          onRecent: forecast.onRecent,
        });
        taker.end();
        report('done');
        return own.begunAt;
      } catch (error) {
        failed.abort(error);
        if (!signal.aborted) report('failed');
        throw error;
      } finally {
        forecast.end();
      }
    },
  };
}

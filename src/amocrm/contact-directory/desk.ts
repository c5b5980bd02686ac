import type { Clock } from '../../clock.ts';
import type { Gate } from '../gate.ts';
import { type Operation, startOperation } from '../operation/operation.ts';
import type { Collection } from '../shapes/collection.ts';
import { catchUp } from './catch-up.ts';
import type { ContactIndex } from './contact-index.ts';
import { guardIndex, IndexLost } from './guarded-index.ts';
import { createListReader } from './list-reader.ts';
import type { DirectoryObserver } from './observer.ts';
import { catchUpShare, createCatchUpPace } from './pace.ts';
import type { Place } from './paging.ts';
import { indexed, type ListedPage, type Order } from './read-listed.ts';
import { createTaker } from './taker.ts';

export interface DeskOptions {
  index: ContactIndex;
  gate: Pick<Gate, 'readUnshared' | 'findById' | 'serverTime' | 'load' | 'freePlaces' | 'refusal'>;
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
  /** Pages after which what has changed since the last catch-up counts as much. */
  longPages: number;
  observer: DirectoryObserver;
}

/** Pages of a catch-up, of both its walks, before it leaves room for others. */
const quickPages = 12;

export type Desk = ReturnType<typeof createDesk>;

/** The index and the reads that feed it. An index that is lost, or turns out to be another account's, is made anew. */
export function createDesk(options: DeskOptions) {
  const { gate, collection, clock, deadlineMs, pageSize, longPages, observer } = options;
  const paceCatchUp = createCatchUpPace(clock, options.rateLimit);
  const index = guardIndex(options.index, lose);
  const reader = createListReader({ gate, collection, clock, stamp: index.stamp });
  /** Ends when the index is lost: what was read for it is of no use for the next. */
  let era = new AbortController();
  let isLost = false;
  let isChecked = false;
  /** Pages that the catch-up under way takes still, as far as that is known. */
  let pagesLeft = 0;

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

  /** The page, once it is known to be of the same account as the rest. */
  function ofSameAccount(page: ListedPage): ListedPage {
    const { accountId } = page;
    const state = index.state();
    if (accountId === undefined || accountId === state.accountId) return page;
    if (state.accountId === undefined) {
      index.save({ ...state, accountId });
      return page;
    }
    const cause = new Error('the contacts are of another account');
    lose(cause);
    throw new IndexLost('The contact index was lost', { cause });
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
    async readByIds(ids: readonly number[], signal: AbortSignal): Promise<ListedPage> {
      const operation = startOperation('amocrm-steps', deadlineMs, [signal, era.signal], [], clock);
      try {
        const sent = { stamp: index.stamp(), at: Math.floor(gate.serverTime().earliest) };
        const found = await Promise.all(ids.map((id) => gate.findById(collection, id, operation)));
        const contacts = found.filter((contact) => contact !== undefined).map(indexed);
        return { contacts, hasNext: false, accountId: undefined, ...sent };
      } finally {
        operation.end();
      }
    },
    /** Calls that fit in before the catch-up under way has ended. */
    callsAhead: () => Math.ceil(pagesLeft / catchUpShare),
    /** Makes a catch-up; resolves to when it began, monotonic milliseconds. `onLong` is told that it takes long. */
    async catchUp(signal: AbortSignal, onLong: () => void): Promise<number> {
      const startedAt = clock.now();
      const failed = new AbortController();
      const ended = AbortSignal.any([signal, era.signal, failed.signal]);
      let begunAt = Number.POSITIVE_INFINITY;
      let pages = 0;
      const onSent = () => {
        begunAt = Math.min(begunAt, clock.now());
        pages += 1;
        pagesLeft = Math.max(0, pagesLeft - 1);
      };
      const report = (result: 'done' | 'failed') =>
        observer.onCatchUp({ result, pages, duration_ms: clock.now() - startedAt });
      const taker = createTaker(index);
      try {
        await paceCatchUp('catch-up', ended);
        await catchUp({
          async read(order, place) {
            // Of both walks: one that takes long leaves room.
            if (pages >= Math.min(2 * longPages, quickPages)) await paceCatchUp('page', ended);
            return ofSameAccount(await reader.untilRead(order, place, { signal: ended, onSent }));
          },
          take: taker.take,
          pageSize,
          longPages,
          reached: index.state,
          save: (reached) => index.save({ ...index.state(), ...reached }),
          onBegin() {
            begunAt = Number.POSITIVE_INFINITY;
          },
          onLong(more) {
            pagesLeft = more;
            onLong();
          },
        });
        taker.end();
        report('done');
        return begunAt;
      } catch (error) {
        failed.abort(error);
        if (!signal.aborted) report('failed');
        throw error;
      } finally {
        pagesLeft = 0;
      }
    },
  };
}

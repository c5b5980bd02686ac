import { largestPage } from '../../schemas/largest-page.ts';
import type { Operation } from '../operation/operation.ts';
import { readKnown } from '../reads/once-more.ts';
import type { Entity } from '../shapes/entities.ts';
import { createCatchUps } from './catch-ups.ts';
import type { HeldValue, IndexSize } from './contact-index.ts';
import { createCrowd, type Visitor } from './crowd.ts';
import { createDesk, type DeskOptions } from './desk.ts';
import { IndexLost } from './guarded-index.ts';
import type { DirectoryObserver } from './observer.ts';
import { indexed } from './read-listed.ts';
import { keepUp } from './tend.ts';

export interface ContactDirectoryOptions extends DeskOptions {
  /** Milliseconds for which a catch-up counts as fresh. */
  freshMs: number;
}

export interface Named {
  /** Of more than `largestPage` the lowest. */
  ids: readonly number[];
  /** Whether nobody else is known to hold the values. */
  isWhole: boolean;
  /** Those of them that are there, as amoCRM has them now. */
  contacts: Entity[];
  /** Taken before they were read; see `ContactIndex`. */
  stamp: number;
}

export interface DirectoryStatus extends IndexSize {
  isComplete: boolean;
  /** All changes before it are known, unix seconds by amoCRM's clock; 0 before the fill has ended. */
  caughtUpAt: number;
  /** Contacts that the scan under way has read so far, those of earlier processes too; 0 while there is none. */
  scanned: number;
}

/**
 * Answers "who is this" for many at once. It gives candidates only: amoCRM's own data prove every hit, by a shared read of
 * the ids, and every miss, by a shared read of what has changed since the last one. Until it has read all contacts it gives
 * none.
 */
export interface ContactDirectory {
  observer: DirectoryObserver;
  /** Looks for a contact; the first time begins to fill the index. */
  visit<T>(work: (visitor: Visitor) => Promise<T>): Promise<T>;
  /**
   * Sees to it that the index is as amoCRM was at this moment (monotonic ms) or later; false where it cannot be asked.
   * Errors: OVERLOADED where that would take too long, those of reads.
   */
  catchUp(moment: number, operation: Operation): Promise<boolean>;
  /** A find is content with a catch-up that began then or later, monotonic milliseconds. */
  freshSince(visitor: Visitor): number;
  /**
   * What the index names for a contact that holds all of the values; undefined where it cannot tell. The contacts need not
   * hold them any more.
   */
  lookUp(values: readonly HeldValue[], operation: Operation): Promise<Named | undefined>;
  /**
   * To be called when amoCRM's search has told who else holds the values, and that has been noted: till then they are
   * in doubt.
   */
  correct(named: Named): Promise<void>;
  /** Takes in what the service has written: a new contact, or one as it is after a change; or one that a search has found. */
  note(contact: Entity): Promise<void>;
  status(): DirectoryStatus;
  /** Ends its own work; resolves when the index is closed. */
  stop(): Promise<void>;
}

/** Contacts of a value at most: those that one call reads. */
const maxHits = largestPage;

export function createContactDirectory(options: ContactDirectoryOptions): ContactDirectory {
  const { gate, collection, clock, freshMs, observer } = options;
  const desk = createDesk(options);
  const { index } = desk;
  const crowd = createCrowd({ freePlaces: gate.freePlaces, now: clock.now });
  const catchUps = createCatchUps({ run: desk.catchUp, clock });
  let work: ReturnType<typeof keepUp> | undefined;

  const isReady = () => work !== undefined && desk.isComplete();
  /** Whether all contacts have been read since there is such a field. */
  const isTold = ({ kind }: HeldValue) => kind < 0 || index.state().fields.includes(kind);

  return {
    observer,
    visit(visited) {
      work ??= keepUp(desk, catchUps, options);
      return crowd.visit(({ arrivedAt, isCrowded }) =>
        visited({ arrivedAt, isCrowded: async () => (await isCrowded()) && isReady() }),
      );
    },
    freshSince: ({ arrivedAt }) => arrivedAt - freshMs,
    async catchUp(moment, operation) {
      if (!isReady()) return false;
      const check = () => {
        const refusal = gate.refusal(operation, Math.ceil(crowd.size() / maxHits) + desk.callsAhead(moment));
        if (refusal !== undefined) throw refusal;
      };
      await unlessLost(() => catchUps.since(moment, operation.signal, check));
      operation.hasBegun = true;
      return isReady();
    },
    async lookUp(values, operation) {
      if (!isReady()) return undefined;
      const told = values.filter(isTold);
      for (const value of values) if (!isTold(value)) work?.scanSoon(value.kind);
      return unlessLost(async () => {
        const stamp = index.stamp();
        const [ids] = told.map((value) => index.find(value, maxHits)).sort((a, b) => a.length - b.length);
        if (ids === undefined) return undefined;
        const contacts = await readKnown(ids, (some) => gate.findByIds(collection, some, operation));
        return {
          ids,
          contacts,
          isWhole: ids.length < maxHits,
          stamp,
        };
      });
    },
    async correct({ ids, contacts, stamp }) {
      await unlessLost(async () => {
        index.put(contacts.map(indexed), { stamp });
        const there = new Set(contacts.map(({ id }) => id));
        for (const id of ids) if (!there.has(id)) index.drop(id, stamp);
      });
    },
    async note(contact) {
      if (work === undefined || desk.isLost()) return;
      // What others have changed meanwhile is not known, so nothing is removed.
      await unlessLost(async () => index.put([indexed(contact)], { stamp: index.stamp(), addsOnly: true }));
    },
    status() {
      const { caughtUpAt, scan } = index.state();
      const isComplete = desk.isComplete();
      const scanned = scan === undefined || scan.lastId === 0 ? 0 : scan.place + 1;
      return { ...index.size(), isComplete, caughtUpAt: isComplete ? caughtUpAt : 0, scanned };
    },
    async stop() {
      work?.stop();
      await catchUps.stop(new Error('The contact directory stops'));
      await work?.ended;
      index.close();
    },
  };
}

/** Undefined where the index is lost meanwhile, which its observer is told. */
async function unlessLost<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof IndexLost) return undefined;
    throw error;
  }
}

import { Problem } from '../errors.ts';
import { createBatcher, type Entry } from './batcher.ts';
import { type Clock, sleep } from './clock.ts';
import type { Draft } from './draft.ts';
import { type EndingKind, meanings, problemOf, unknownBecause, unknownOutcome } from './endings.ts';
import type { Place } from './pacer.ts';
import type { OpenCreate, Reconciler } from './reconcile.ts';
import { type ItemError, legacyProblem, problemOfRejection, readRejection } from './rejection.ts';
import type { Sent, Wire } from './wire.ts';
import type { LoggedWrite } from './write-log.ts';
import { type Answered, answeredItems, writtenOf } from './written.ts';

/** One entity or note to create, or one entity to update. */
export interface Write {
  /** POST creates, PATCH updates (the draft's body then has the `id`). */
  method: 'POST' | 'PATCH';
  /** The list that it belongs to, e.g. `contacts` or `leads/notes`. */
  collection: string;
  draft: Draft;
}

/** A write with its place in the journal, where its request has a key. */
export interface Order {
  draft: Draft;
  logged: LoggedWrite | undefined;
}

export interface WriterOptions {
  method: 'POST' | 'PATCH';
  collection: string;
  wire: Wire;
  clock: Clock;
  reconciler: Reconciler;
  /** Entities in one write at most. */
  batchSize: number;
  /** Milliseconds that one call may take. */
  timeoutMs: number;
  /** Told of each call that has ended. */
  onEnd(): void;
}

/** Calls of one kind on the wire at most; the rest gathers into larger ones. */
const concurrency = 2;
/** Times that a call which certainly did nothing is made again. */
const retries = 2;
const pauseRetries = 5;
/** Seconds before each look for creates that may have happened, counted from the look before. */
const lookDelays = [0, 1, 2];
const backOffSeconds = 0.5;
/** After these an item that goes out again has not been sent at all, whatever becomes of the process meanwhile. */
const unsent = new Set<EndingKind>(['not-sent', 'too-many', 'system-error']);

/** A write under way. */
interface Item extends OpenCreate {
  entry: Entry<Order, Answered>;
  /** When it was first sent, and when its last call ended, wall-clock milliseconds. */
  sentAt: number;
  endedAt: number;
  isAnswered: boolean;
  /** Whether an earlier sending may have done it. */
  open: boolean;
  resent: number;
  untrack(): void;
}

/**
 * Writes of one method to one collection, shared into batches. What happens after a call is decided by the table of
 * endings: certainly not done, it is sent again; refused, exactly the named items fail; open, an update is sent again
 * and a create is looked for. No create is ever repeated blindly.
 */
export function createWriter(options: WriterOptions) {
  const { method, collection, wire, clock, reconciler, batchSize, timeoutMs, onEnd } = options;
  const name = `${method} ${collection}`;
  const onTheWire = new Set<Promise<unknown>>();
  let size = batchSize;

  const write = createBatcher<Order, Answered>({
    name,
    wire,
    clock,
    max: () => size,
    concurrency,
    ...(method === 'PATCH' ? { keyOf: ({ draft }) => draft.body.id } : {}),
    async send(entries, place) {
      const items = await record(entries.map(toItem));
      if (items.length === 0) return place.release();
      const sent = await call(items, place);
      void follow(items, sent, { tries: 0, kind: sent.kind }).catch((error: unknown) => failAll(items, error));
    },
  });

  function toItem(entry: Entry<Order, Answered>): Item {
    const { draft, logged } = entry.item;
    const sentAt = clock.wall();
    const item: Item = {
      entry,
      draft,
      sentAt,
      endedAt: sentAt,
      isAnswered: false,
      // Reckoned anew at each look: nothing may be known of the server's clock until an answer has come.
      get from() {
        return wire.serverTime(sentAt).earliest;
      },
      get to() {
        return wire.serverTime(item.endedAt).latest;
      },
      open: logged?.begun !== undefined,
      resent: 0,
      untrack: () => {},
    };
    if (method === 'POST') item.untrack = reconciler.track(collection, item, logged?.id);
    return item;
  }

  /** What has a key is on disk before it goes out. Gives the items that may go; the others are refused. */
  async function record(items: readonly Item[]): Promise<Item[]> {
    const endedAt = clock.wall() + timeoutMs;
    const isRecorded = async (item: Item) => {
      const { draft, sentAt, entry } = item;
      try {
        await entry.item.logged?.send({ method, collection, body: draft.body, sentAt, endedAt });
        return true;
      } catch (refusal) {
        reject(item, item.open ? unknownBecause(refusal) : refusal);
        return false;
      }
    };
    const recorded = await Promise.all(items.map(isRecorded));
    return items.filter((_, index) => recorded[index]);
  }

  async function call(items: readonly Item[], place: Place): Promise<Sent> {
    const body = items.map(({ draft }, index) => ({ ...draft.body, request_id: String(index) }));
    const sending = wire.send(place, { method, path: `/api/v4/${collection}`, body });
    onTheWire.add(sending);
    const sent = await sending;
    onTheWire.delete(sending);
    onEnd();
    for (const item of items) item.endedAt = clock.wall();
    if (sent.kind === 'gateway-timeout') size = Math.max(1, Math.floor(size / 2));
    if (sent.kind === 'ok') size = Math.min(batchSize, size + Math.ceil(size / 4));
    return sent;
  }

  interface History {
    /** How often in a row a call of these items has ended so. */
    tries: number;
    kind: EndingKind;
  }

  async function again(items: readonly Item[], history?: History): Promise<void> {
    const waiting = items.filter((item) => !isOver(item));
    if (waiting.length === 0) return;
    const place = await unlessLeft(waiting, wire.acquire({ participant: name }));
    const left = waiting.filter(({ open, entry }) => open || !entry.call.signal.aborted);
    const recorded = await record(left);
    if (recorded.length === 0) return place.release();
    const sent = await call(recorded, place);
    const tries = history?.kind === sent.kind ? history.tries + 1 : 0;
    await follow(recorded, sent, { tries, kind: sent.kind });
  }

  /** Nothing has been written, and its caller hung up or its deadline will come before its turn: that is its answer. */
  function isOver(item: Item): boolean {
    if (item.open) return false;
    const { signal, deadline } = item.entry.call;
    const late = clock.now() + wire.expectedWait(0) - deadline;
    if (signal.aborted) reject(item, signal.reason);
    else if (late > 0) reject(item, wire.overloaded(late));
    return signal.aborted || late > 0;
  }

  /** Waits; whoever leaves meanwhile is answered at once, as long as nothing has been written. */
  async function unlessLeft<T>(items: readonly Item[], wait: Promise<T>): Promise<T> {
    const waited = new AbortController();
    for (const item of items.filter(({ open }) => !open)) {
      const { signal } = item.entry.call;
      signal.addEventListener('abort', () => reject(item, signal.reason), { once: true, signal: waited.signal });
    }
    return wait.finally(() => waited.abort());
  }

  async function follow(items: readonly Item[], sent: Sent, history: History): Promise<void> {
    const { tries } = history;
    if (unsent.has(sent.kind)) {
      for (const { open, entry } of items) if (!open) entry.item.logged?.forget();
    }
    switch (sent.kind) {
      case 'ok':
        return accept(items, sent, history);
      case 'invalid':
        return refuse(items, sent);
      case 'too-many':
        return tries < pauseRetries ? again(items, history) : fail(items, sent);
      case 'not-sent':
        return tries < retries ? againLater(items, history) : fail(items, sent);
      case 'system-error':
        return tries < retries ? againLater(items, history) : halve(items, sent);
      case 'bad-request':
        return halve(items, sent);
      default:
        if (meanings[sent.kind].done === 'no') return fail(items, sent);
        return method === 'PATCH' ? repeatUpdate(items, sent, history) : lookFor(items, sent);
    }
  }

  async function againLater(items: readonly Item[], history: History): Promise<void> {
    const seconds = (0.5 + clock.random() / 2) * backOffSeconds * 2 ** history.tries;
    await unlessLeft(items, sleep(clock, seconds * clock.second));
    return again(items, history);
  }

  async function accept(items: readonly Item[], sent: Sent, history: History): Promise<void> {
    const answers = answeredItems(sent.ending, collection);
    const left = items.filter((item, index) => {
      const answer =
        method === 'POST' ? answers.byRequest.get(String(index)) : answers.byId.get(Number(item.draft.body.id));
      if (answer === undefined || (method === 'POST' && !reconciler.claim(collection, answer.id))) return true;
      settle(item, answer);
      return false;
    });
    if (left.length === 0) return;
    // An answer that lacks an item leaves that item open, as a cut answer would.
    const open = { ...sent, kind: 'useless' } as const;
    return method === 'PATCH' ? repeatUpdate(left, open, history) : lookFor(left, open);
  }

  /** Exactly the named items fail. Whether a refused batch stored anything is not documented: one look for the others. */
  async function refuse(items: readonly Item[], sent: Sent): Promise<void> {
    const errors = readRejection(sent.ending) ?? new Map<string, ItemError[]>();
    const others = items.filter((item, index) => {
      const own = errors.get(String(index));
      if (own !== undefined) reject(item, problemOfRejection(own, item.draft));
      return own === undefined;
    });
    if (others.length === items.length) return halve(items, sent);
    return resendAbsent(others, sent);
  }

  /** Nobody is named: each half goes alone, until single items fail by their own code. */
  async function halve(items: readonly Item[], sent: Sent): Promise<void> {
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      reject(only, legacyProblem(sent.ending) ?? problemOf(sent.ending));
      return;
    }
    const middle = Math.ceil(items.length / 2);
    const halves = [items.slice(0, middle), items.slice(middle)];
    // One half may be on the wire when the other can go no further.
    await Promise.all(halves.map((half) => resendAbsent(half, sent).catch((error: unknown) => failAll(half, error))));
  }

  async function resendAbsent(items: readonly Item[], sent: Sent): Promise<void> {
    if (items.length === 0) return;
    if (method === 'PATCH') return again(items);
    for (const delay of lookDelays) {
      await sleep(clock, delay * clock.second);
      const absent = await look(items);
      if (absent !== undefined) return again(absent);
    }
    return giveUp(items, sent);
  }

  /** An update's values are absolute, so sending it twice does no harm. */
  async function repeatUpdate(items: readonly Item[], sent: Sent, history: History): Promise<void> {
    for (const item of items) item.open = true;
    const isOutOfTries = ({ entry }: Item) => history.tries >= retries || entry.call.signal.aborted;
    giveUp(items.filter(isOutOfTries), sent);
    return againLater(
      items.filter((item) => !isOutOfTries(item)),
      history,
    );
  }

  /** Looks for creates that may have happened: at once and twice more, then sends again, once, what may be. */
  async function lookFor(items: readonly Item[], sent: Sent): Promise<void> {
    for (const item of items) item.open = true;
    let left: readonly Item[] = items;
    let seen = false;
    for (const delay of lookDelays) {
      await sleep(clock, delay * clock.second);
      const absent = await look(left);
      seen = absent !== undefined;
      left = absent ?? left;
      if (left.length === 0) return;
    }
    const isResent = ({ resent }: Item) => seen && meanings[sent.kind].resendIfAbsent && resent === 0;
    giveUp(
      left.filter((item) => !isResent(item)),
      sent,
    );
    const resend = left.filter(isResent);
    for (const item of resend) item.resent += 1;
    return again(resend);
  }

  /** Answers what is found and gives back what is absent; undefined when amoCRM could not be asked. */
  async function look(items: readonly Item[]): Promise<Item[] | undefined> {
    // Equal creates on the wire would be taken for these.
    await Promise.allSettled(onTheWire);
    const sightings = await reconciler.look(collection, items);
    if (sightings === undefined) return undefined;
    return items.filter((item) => {
      const sighting = sightings.get(item);
      if (sighting === 'too-many')
        reject(item, unknownBecause(new Error('more equal entities are there than were sent')));
      else if (sighting === undefined || sighting === 'absent') return true;
      else settle(item, sighting);
      return false;
    });
  }

  function settle(item: Item, answer: Answered): void {
    const { entry, untrack, isAnswered } = item;
    if (isAnswered) return;
    item.isAnswered = true;
    untrack();
    entry.item.logged?.finish(answer);
    entry.call.written.push(writtenOf(collection, answer));
    entry.resolve(answer);
  }

  function reject(item: Item, reason: unknown): void {
    const { entry, untrack, isAnswered, endedAt } = item;
    if (isAnswered) return;
    item.isAnswered = true;
    const { logged } = entry.item;
    const isOpen = !(reason instanceof Problem) || reason.code === 'OUTCOME_UNKNOWN';
    // What goes on under its key stays among the open creates.
    if (logged === undefined || !isOpen) untrack();
    if (isOpen) logged?.leaveOpen(endedAt);
    else logged?.forget();
    entry.reject(reason);
  }

  function fail(items: readonly Item[], sent: Sent): void {
    for (const item of items) reject(item, item.open ? unknownOutcome(sent.ending) : problemOf(sent.ending));
  }

  function giveUp(items: readonly Item[], sent: Sent): void {
    for (const item of items) reject(item, unknownOutcome(sent.ending));
  }

  /** No further call could be made: the breaker is open, or there is a bug. */
  function failAll(items: readonly Item[], error: unknown): void {
    for (const item of items) reject(item, item.open ? unknownBecause(error) : error);
  }

  return {
    write,
    /** Resolves when the calls that are on the wire now have ended. */
    quiet: () => Promise.allSettled(onTheWire),
  };
}

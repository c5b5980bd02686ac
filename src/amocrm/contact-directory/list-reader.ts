import { backOffMs, type Clock, sleep } from '../../clock.ts';
import { Problem } from '../../problems/problem.ts';
import type { Gate } from '../gate.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Place } from './paging.ts';
import { type ListedPage, listedPage, type Order, queryOf } from './read-listed.ts';

export interface ListReaderOptions {
  gate: Pick<Gate, 'readUnshared' | 'serverTime' | 'load'>;
  collection: Pick<Collection, 'path' | 'list'>;
  clock: Clock;
  /** A number for a read that is sent now. */
  stamp(): number;
}

interface HowRead {
  signal: AbortSignal;
  /** Reads in the background, and goes first from then on. */
  goesFirstAt?: number;
  onSent?(): void;
}

/** The participant's name in the pacer's fair queue, beside the callers. */
const participant = 'contact directory';
/** Seconds from one call of background work to the next for which it lets others go first; then it waits for one place. */
const patienceSeconds = 1;
const maxDoublings = 5;
/** Failures that pass by themselves. */
const passing = new Set(['OVERLOADED', 'AMOCRM_UNAVAILABLE', 'AMOCRM_TIMEOUT']);
/**
 * Answers that cannot be used, a 404 or 400 among them, before it counts as the last word. To a list amoCRM documents
 * neither: nothing there is a 204. But it does give them now and then, for a moment.
 */
const maxOdd = 4;

/** Reads pages of the list of contacts. None is shared with other readers: what counts is when it was sent. */
export function createListReader({ gate, collection, clock, stamp }: ListReaderOptions) {
  let backgroundSentAt = clock.now();

  async function read(order: Order, place: Place, how: HowRead): Promise<ListedPage> {
    const { signal, goesFirstAt, onSent = () => {} } = how;
    let sent: { stamp: number; at: number } | undefined;
    const answer = await gate.readUnshared(collection.path, queryOf(order, place), {
      participant,
      signal,
      ...(goesFirstAt === undefined ? {} : { background: true, goesFirstAt }),
      onSent() {
        sent = { stamp: stamp(), at: clock.now() };
        onSent();
      },
    });
    signal.throwIfAborted();
    if (sent === undefined) throw new Error('an answer to a call that was not sent');
    // Reckoned now: the clock of amoCRM is known by its answers.
    const agoSeconds = (clock.now() - sent.at) / 1000;
    const at = Math.floor(gate.serverTime().earliest - agoSeconds);
    return listedPage(answer, collection.list, { stamp: sent.stamp, at });
  }

  return {
    /** Tries until it succeeds or the failure is none that passes; with the breaker open none does. */
    async untilRead(order: Order, place: Place, how: HowRead): Promise<ListedPage> {
      for (let tries = 0, odd = 0; ; tries += 1) {
        try {
          return await read(order, place, how);
        } catch (error) {
          if (!(error instanceof Problem) || gate.load().breaker !== 'closed') throw error;
          if (error.code === 'AMOCRM_ERROR') odd += 1;
          else if (!passing.has(error.code)) throw error;
          if (odd > maxOdd) throw error;
          await sleep(clock, backOffMs(clock, Math.min(tries, maxDoublings)), how.signal);
        }
      }
    },
    /** Tries once, when nobody else waits, but lets itself be put off for a while only. */
    async inBackground(order: Order, place: Place, signal: AbortSignal): Promise<ListedPage> {
      const goesFirstAt = backgroundSentAt + patienceSeconds * clock.second;
      const onSent = () => {
        backgroundSentAt = clock.now();
      };
      return await read(order, place, { signal, goesFirstAt, onSent });
    },
  };
}

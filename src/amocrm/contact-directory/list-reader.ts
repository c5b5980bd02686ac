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
/** Seconds after a call of background work for which its next one lets others go first; then it goes first itself. */
const patienceSeconds = 1;
const maxDoublings = 5;
/** Failures that pass by themselves. */
const transient = new Set(['OVERLOADED', 'AMOCRM_UNAVAILABLE', 'AMOCRM_TIMEOUT']);
/**
 * Unusable answers, a 404 or 400 among them, after which a page is asked for again. For a list amoCRM documents neither: an
 * empty one is a 204. But it does give them now and then, for a moment.
 */
const maxUnusable = 4;

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
    // Computed after the answer: amoCRM's clock is estimated from its answers.
    const agoSeconds = (clock.now() - sent.at) / 1000;
    const at = Math.floor(gate.serverTime().earliest - agoSeconds);
    return listedPage(answer, collection.list, { stamp: sent.stamp, at });
  }

  return {
    /** Tries again while the failure is transient and the breaker is closed. */
    async untilRead(order: Order, place: Place, how: HowRead): Promise<ListedPage> {
      for (let tries = 0, unusable = 0; ; tries += 1) {
        try {
          return await read(order, place, how);
        } catch (error) {
          if (!(error instanceof Problem) || gate.load().breaker !== 'closed') throw error;
          if (error.code === 'AMOCRM_ERROR') unusable += 1;
          else if (!transient.has(error.code)) throw error;
          if (unusable > maxUnusable) throw error;
          await sleep(clock, backOffMs(clock, Math.min(tries, maxDoublings)), how.signal);
        }
      }
    },
    /** Tries once: when nobody else waits, or a second after the last such call. */
    async inBackground(order: Order, place: Place, signal: AbortSignal): Promise<ListedPage> {
      const goesFirstAt = backgroundSentAt + patienceSeconds * clock.second;
      const onSent = () => {
        backgroundSentAt = clock.now();
      };
      return await read(order, place, { signal, goesFirstAt, onSent });
    },
  };
}

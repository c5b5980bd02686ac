import { type Clock, sleep } from '../../clock.ts';
import { callMessages } from '../../messages/amocrm.ts';
import type { Message } from '../../messages/message.ts';
import type { Problem } from '../../problems/problem.ts';
import { forGood, unknownFate } from '../client/outcomes.ts';
import { lateSeconds } from '../operation/late-seconds.ts';
import type { Operation } from '../operation/operation.ts';
import type { LoggedWrite, WriteAnswer, WriteRecord } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Wire } from '../wire/wire.ts';
import { writtenOf } from './answers.ts';
import type { Sighting } from './assign.ts';
import type { Proof } from './lane.ts';
import type { OpenCreate } from './open-creates.ts';
import { idsOfParts, partsOf } from './parts.ts';
import type { Reconciler } from './reconcile.ts';
import { kindOfWrite } from './write-kinds.ts';

/** Pages of a look. Many entities may have been created since; they are read once, not repeatedly as during a call. */
const maxPages = 40;
/** Seconds before the next look after one that failed. */
const againDelay = 1;

export interface RecallParts {
  reconciler: Reconciler;
  wire: Wire;
  clock: Clock;
  timeoutMs: number;
}

export type Recall = ReturnType<typeof createRecall>['recall'];

/** Finds out what has become of the writes that an earlier attempt of a keyed request has begun. */
export function createRecall({ reconciler, wire, clock, timeoutMs }: RecallParts) {
  /** Looks until a look gives a result or the operation's deadline comes. */
  async function lookFor(collection: Collection, create: OpenCreate, operation: Operation) {
    for (;;) {
      const ms = Math.max(operation.deadline - clock.now(), againDelay * clock.second);
      const sighting = (await reconciler.look(collection, [create], { ms, maxPages }))?.get(create) ?? 'unseen';
      if (sighting !== 'unseen' && sighting !== 'wait') return sighting;
      const isLast = clock.now() + againDelay * clock.second >= operation.deadline;
      if (isLast || operation.signal.aborted) return sighting;
      await sleep(clock, againDelay * clock.second);
    }
  }

  /** Milliseconds for which it may still be carried out, at most the two waits together, whatever a clock says. */
  function patienceMs({ endedAt }: WriteRecord): number {
    const lateMs = lateSeconds * clock.second;
    const left = endedAt + lateMs - wire.serverTime(clock.now()).earliest * 1000;
    return Math.min(left, lateMs + timeoutMs);
  }

  return {
    /** Adds a create of an earlier process to the open creates. */
    keep(id: string, write: WriteRecord): void {
      // What is written alone is recorded without its body: it is not looked for, and would equal everything.
      if (Object.keys(write.body).length === 0) return;
      reconciler.track(write.collection, openCreate(write), id);
    },
    /**
     * The answer of a write that has happened; undefined for one that is to be sent: never begun, one that may
     * be done twice, one whose proof says that it has not been done, or a create that is still absent a minute after its
     * call. Throws OUTCOME_UNKNOWN while that minute lasts, and for what is never sent again.
     */
    async recall(
      collection: Collection,
      logged: LoggedWrite,
      operation: Operation,
      proof?: Proof,
    ): Promise<WriteAnswer | undefined> {
      const { begun } = logged;
      if (begun === undefined || begun.answer !== undefined) return begun?.answer;
      const { inDoubt } = kindOfWrite(begun.method, collection, proof);
      if (inDoubt === 'give up') throw forGood(unknownFate(callMessages.notLearned, {}));
      if (inDoubt === 'ask' || inDoubt === 'read again')
        return finish(logged, begun, await proof?.(operation), operation);
      if (inDoubt !== 'look') return undefined;
      operation.signal.throwIfAborted();
      const create = { ...openCreate(begun), logged };
      const untrack = reconciler.track(begun.collection, create, logged.id);
      const sighting = await lookFor(collection, create, operation);
      if (typeof sighting === 'object') {
        untrack();
        reconciler.claimAll(idsOfParts(partsOf(collection, begun.body), sighting), logged);
        return finish(logged, begun, sighting, operation);
      }
      const leftMs = patienceMs(begun);
      if (sighting !== 'absent' || leftMs > 0) throw tooEarly(sighting, leftMs / clock.second);
      untrack();
      logged.forget();
      return undefined;
    },
  };
}

/** Keeps the answer that has been found, if any. */
function finish(
  logged: LoggedWrite,
  { collection }: WriteRecord,
  answer: WriteAnswer | undefined,
  operation: Operation,
): WriteAnswer | undefined {
  if (answer === undefined) return undefined;
  logged.finish(answer);
  operation.written.push(writtenOf(collection, answer));
  return answer;
}

function openCreate({ body, before = [], sentAt }: WriteRecord): OpenCreate {
  return { body, before, from: sentAt / 1000, isOnWire: false };
}

const reasons: Record<Exclude<Sighting, object>, Message> = {
  absent: callMessages.notSeenYet,
  'too-many': callMessages.moreThanSent,
  wait: callMessages.equalUnderWay,
  unseen: callMessages.notLookedThrough,
};

function tooEarly(sighting: keyof typeof reasons, leftSeconds: number): Problem {
  return unknownFate(reasons[sighting], { retryAfter: Math.max(1, leftSeconds) });
}

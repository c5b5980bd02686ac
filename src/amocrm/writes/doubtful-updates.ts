import { Problem } from '../../problems/problem.ts';
import { policyOf, type Sent, unknownBecause, unknownOutcome } from '../client/outcomes.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import { bareAnswer } from './answers.ts';
import { type Lane, type PendingWrite, readOnItsOwn, unanswered } from './lane.ts';
import type { Again, History, WriteCalls } from './write-calls.ts';

/**
 * Updates and links in doubt. amoCRM may carry one out later, over somebody's newer change. So the entity is read again
 * before the write is sent again, and once more after its answer; what a late call has undone is sent once more. What is
 * as good twice as once, with nothing to undo it, is sent again without a read.
 */
export function createDoubtfulUpdates(lane: Lane, calls: WriteCalls, again: Again) {
  const { clock, kind, collection, late } = lane;

  /** Sends what is left to do again, in halves where the batch was too long for amoCRM's gateway. */
  async function repeat(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void> {
    if (kind.inDoubt === 'read again')
      for (const item of items) late.expect(collection, bareAnswer(item, collection).id, item.endedAt);
    const { retries, isTooLong } = policyOf(sent.kind);
    const now = clock.now();
    const isShortened = isTooLong && items.length > 1;
    const isSpent = history.tries >= retries && !isShortened;
    const isOver = ({ operation }: PendingWrite) => isSpent || now >= operation.deadline;
    for (const { reject } of items.filter(isOver)) reject(unknownOutcome(sent.outcome));
    const left = items.filter((item) => !isOver(item));
    if (left.length === 0) return;
    await calls.backOff(left, Math.min(history.tries, retries));
    await Promise.all(unanswered(lane, left).map((item) => redraft(item)));
    return again(unanswered(lane, left), sent.kind, isShortened ? undefined : history);
  }

  /** Reads the entity again and keeps in the draft what is still to be done; nothing means done. */
  async function redraft(item: PendingWrite): Promise<void> {
    try {
      const draft = await readAgain(item);
      if (draft === undefined) item.settle(bareAnswer(item, collection));
      else item.draft = draft;
    } catch (error) {
      const isGone = error instanceof Problem && error.code === 'ENTITY_NOT_FOUND';
      item.reject(isGone ? error : unknownBecause(error));
    }
  }

  /** Answers an update that amoCRM has confirmed; where a late call may have undone it, the entity is read first. */
  async function prove(item: PendingWrite, answer: WriteAnswer): Promise<void> {
    const isDoubtful = item.isOpen || late.isExpected(collection, answer.id);
    const undone = isDoubtful && !item.isProven ? await readUndone(item) : undefined;
    if (undone === undefined) return item.settle(answer);
    item.draft = undone;
    return again([item], 'undone');
  }

  async function readUndone(item: PendingWrite) {
    item.isProven = true;
    // amoCRM has confirmed the update, so it has happened even if the entity cannot be read now.
    return readAgain(item).catch(() => undefined);
  }

  function readAgain(item: PendingWrite) {
    return readOnItsOwn(lane, item, item.redraft);
  }

  return { resolve: repeat, confirm: prove };
}

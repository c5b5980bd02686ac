import { type Sent, unknownOutcome } from '../client/outcomes.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import { createDoubtfulActions } from './doubtful-actions.ts';
import { createDoubtfulCreates } from './doubtful-creates.ts';
import { createDoubtfulUpdates } from './doubtful-updates.ts';
import type { Lane, PendingWrite } from './lane.ts';
import type { Again, History, WriteCalls } from './write-calls.ts';
import type { WriteKind } from './write-kinds.ts';

/** How writes of a kind whose fate is unknown are brought to an end. */
export interface Resolver {
  /** Answers items whose call has ended in a way that does not tell whether they were done. */
  resolve(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void>;
  /** Whether an answer that names an item can be its own. */
  accepts(answer: WriteAnswer, item: PendingWrite): boolean;
  /** Ends an item that amoCRM has confirmed. */
  confirm(item: PendingWrite, answer: WriteAnswer): Promise<void>;
  /** Items of a refused call that may be sent again: those that have not been stored. */
  unstored(items: readonly PendingWrite[], sent: Sent): Promise<readonly PendingWrite[]>;
  /**
   * Ends items that amoCRM refuses now, but that an earlier call may have done; by default the proof or the kind's data
   * tell.
   */
  endOpen?(items: readonly PendingWrite[], sent: Sent): Promise<void>;
}

type Way = (lane: Lane, calls: WriteCalls, again: Again) => Pick<Resolver, 'resolve'> & Partial<Resolver>;

const ways: Record<WriteKind['inDoubt'], Way> = {
  look: (lane, _calls, again) => createDoubtfulCreates(lane, again),
  'read again': createDoubtfulUpdates,
  'send again': (lane, calls, again) => ({ resolve: createDoubtfulUpdates(lane, calls, again).resolve }),
  ask: createDoubtfulActions,
  'give up': () => ({
    async resolve(items, { outcome }) {
      for (const { reject } of items) reject(unknownOutcome(outcome));
    },
  }),
};

export function createResolver(lane: Lane, calls: WriteCalls, again: Again): Resolver {
  return {
    accepts: () => true,
    confirm: async (item, answer) => item.settle(answer),
    unstored: async (items) => items,
    ...ways[lane.kind.inDoubt](lane, calls, again),
  };
}

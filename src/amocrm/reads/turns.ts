import type { Slot, SlotRequest } from '../pace/pacer.ts';
import type { Wire } from '../wire/wire.ts';

type Acquire = Wire['acquire'];

/**
 * One slot for which a participant waits, and others may wait too, each in its own turn: the first that comes is taken.
 * Refused when all of them are. Thousands wait at once, mostly one alone: that is to cost little.
 */
export class Turns {
  readonly slot: Promise<Slot>;
  readonly #acquire: Acquire;
  readonly #first: string;
  readonly #waits = new AbortController();
  readonly #resolve: (slot: Slot) => void;
  readonly #reject: (reason: unknown) => void;
  #others: Map<string, Promise<never>> | undefined;
  #waiting = 1;
  #isTaken = false;

  constructor(acquire: Acquire, first: SlotRequest) {
    this.#acquire = acquire;
    this.#first = first.participant;
    const { promise, resolve, reject } = Promise.withResolvers<Slot>();
    this.slot = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    acquire({ ...first, signal: this.#waits.signal }).then(
      (granted) => this.#take(granted),
      (reason: unknown) => this.#refuse(reason),
    );
  }

  /** Waits in that participant's turn too. What it gives rejects when that turn would come too late, and never settles else. */
  ask(request: SlotRequest): Promise<never> | undefined {
    const { participant } = request;
    if (this.#isTaken || participant === this.#first) return undefined;
    this.#others ??= new Map();
    const turn = this.#others.get(participant) ?? this.#takeAlso(request);
    this.#others.set(participant, turn);
    return turn;
  }

  /** Waits no more: the slot is refused for this reason, unless it has come. */
  stop(reason: unknown): void {
    this.#reject(reason);
    this.#waits.abort(reason);
  }

  async #takeAlso(request: SlotRequest): Promise<never> {
    this.#waiting += 1;
    try {
      this.#take(await this.#acquire({ ...request, signal: this.#waits.signal }));
    } catch (reason) {
      this.#refuse(reason);
      if (!this.#isTaken) throw reason;
    }
    return new Promise(() => {});
  }

  #take(granted: Slot): void {
    if (this.#isTaken) {
      granted.release();
      return;
    }
    this.#isTaken = true;
    this.#resolve(granted);
    if (this.#others !== undefined) this.#waits.abort();
  }

  #refuse(reason: unknown): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#reject(reason);
  }
}

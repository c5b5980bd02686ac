import { Fifo } from './fifo.ts';

class Line<T> {
  readonly begun = new Fifo<T>();
  readonly fresh = new Fifo<T>();
  /** Fresh entries served since the last group was full and none for begun work waited. */
  #group = 0;

  get size(): number {
    return this.begun.size + this.fresh.size;
  }

  /** Fresh entries of the group that the next one belongs to: those served and those that wait. */
  groupOf(groupSize: number): number {
    const served = this.#group < groupSize ? this.#group : 0;
    return Math.min(groupSize, served + this.fresh.size);
  }

  shift(groupSize: number): T | undefined {
    if (this.#group >= groupSize && this.begun.size === 0) this.#group = 0;
    if (this.fresh.size === 0 || this.#group >= groupSize) return this.begun.shift();
    this.#group += 1;
    return this.fresh.shift();
  }
}

export interface Standing<T> {
  /** Entries for work that has begun, and for work that has not. */
  begun: number;
  fresh: number;
  /** Entries of the group that the next fresh one belongs to, those served among them. */
  group: number;
  /** The fresh one that would be served next, and last. */
  next: T | undefined;
  last: T | undefined;
}

/**
 * A fair queue: participants take turns, so that one with thousands of entries does not starve another with one. Within
 * a participant a group of fresh entries goes first, then those for work that has begun, until none waits: if all began
 * at once, none would be done in time; if each ended before the next began, they would share no calls. Each kind is
 * first come, first served. No operation takes longer because many wait.
 */
export class FairQueue<T> {
  /** Participants in the order of their turns. */
  readonly #lines = new Map<string, Line<T>>();
  readonly #groupSize: number;
  #size = 0;

  constructor(groupSize = 1) {
    this.#groupSize = groupSize;
  }

  get size(): number {
    return this.#size;
  }

  push(participant: string, entry: T, isFresh = false): void {
    const line = this.#lines.get(participant) ?? new Line<T>();
    this.#lines.set(participant, line);
    (isFresh ? line.fresh : line.begun).push(entry);
    this.#size += 1;
  }

  /** Removes an entry; false when it is not there any more. */
  delete(participant: string, entry: T): boolean {
    const line = this.#lines.get(participant);
    if (line === undefined || !(line.begun.delete(entry) || line.fresh.delete(entry))) return false;
    this.#size -= 1;
    if (line.size === 0) this.#lines.delete(participant);
    return true;
  }

  /** Removes the next entry; its participant goes to the end of the round. */
  shift(): T | undefined {
    const turn = this.#lines.entries().next();
    if (turn.done === true) return undefined;
    const [participant, line] = turn.value;
    const entry = line.shift(this.#sizeOfGroups());
    this.#size -= 1;
    this.#lines.delete(participant);
    if (line.size > 0) this.#lines.set(participant, line);
    return entry;
  }

  standing(participant: string): Standing<T> {
    const line = this.#lines.get(participant);
    if (line === undefined) return { begun: 0, fresh: 0, group: 0, next: undefined, last: undefined };
    const { begun, fresh } = line;
    const group = line.groupOf(this.#sizeOfGroups());
    return { begun: begun.size, fresh: fresh.size, group, next: fresh.first(), last: fresh.last() };
  }

  /** Participants share the size, so that a group takes no longer where others take turns. */
  #sizeOfGroups(): number {
    return Math.max(1, Math.floor(this.#groupSize / this.#lines.size));
  }

  /** How many entries of all participants are served until this participant has had that many turns. */
  turnsUntil(participant: string, own: number): number {
    let turns = own;
    for (const [other, line] of this.#lines) {
      if (other !== participant) turns += Math.min(line.size, own);
    }
    return turns;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const { begun, fresh } of this.#lines.values()) {
      yield* begun;
      yield* fresh;
    }
  }
}

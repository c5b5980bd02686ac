/**
 * A queue that serves its participants in turn, each of them first come, first served, so that one with thousands of
 * entries does not starve another with one. Every operation takes the same time however many wait.
 */
export class FairQueue<T> {
  /** Participants in the order of their turns. */
  readonly #lines = new Map<string, Line<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(participant: string, entry: T): void {
    const line = this.#lines.get(participant) ?? new Line<T>();
    this.#lines.set(participant, line);
    line.push(entry);
    this.#size += 1;
  }

  /** Takes an entry out; false when it is not there any more. */
  delete(participant: string, entry: T): boolean {
    const line = this.#lines.get(participant);
    if (line?.delete(entry) !== true) return false;
    this.#size -= 1;
    if (line.size === 0) this.#lines.delete(participant);
    return true;
  }

  /** Takes the next entry out; its participant goes to the end of the round. */
  shift(): T | undefined {
    const turn = this.#lines.entries().next();
    if (turn.done === true) return undefined;
    const [participant, line] = turn.value;
    const entry = line.shift();
    this.#size -= 1;
    this.#lines.delete(participant);
    if (line.size > 0) this.#lines.set(participant, line);
    return entry;
  }

  /** How many entries would be served before a new one of this participant. */
  ahead(participant: string): number {
    const own = (this.#lines.get(participant)?.size ?? 0) + 1;
    let ahead = own - 1;
    for (const [other, line] of this.#lines) {
      if (other !== participant) ahead += Math.min(line.size, own);
    }
    return ahead;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const line of this.#lines.values()) yield* line;
  }
}

/** Served entries are cut off in one go when they are this many and half of all. */
const cutAt = 1024;

/**
 * First come, first served, with leaving from the middle. Not a Set: V8 walks over all that was taken from its front
 * each time that it is asked for the next.
 */
class Line<T> {
  #entries: (T | undefined)[] = [];
  /** Places of entries, counted from the first that ever came. */
  readonly #places = new Map<T, number>();
  /** The place of `#entries[0]`. */
  #first = 0;
  #head = 0;

  get size(): number {
    return this.#places.size;
  }

  push(entry: T): void {
    this.#places.set(entry, this.#first + this.#entries.length);
    this.#entries.push(entry);
  }

  delete(entry: T): boolean {
    const place = this.#places.get(entry);
    if (place === undefined) return false;
    this.#places.delete(entry);
    this.#entries[place - this.#first] = undefined;
    return true;
  }

  shift(): T | undefined {
    while (this.#head < this.#entries.length) {
      const entry = this.#entries[this.#head];
      this.#head += 1;
      if (entry === undefined) continue;
      this.delete(entry);
      this.#cut();
      return entry;
    }
    return undefined;
  }

  #cut(): void {
    if (this.#head < cutAt || this.#head * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#first += this.#head;
    this.#head = 0;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const entry of this.#entries) {
      if (entry !== undefined) yield entry;
    }
  }
}

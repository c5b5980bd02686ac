/** Served entries are removed together when they are this many and half of all. */
const cutAt = 1024;

/**
 * A first-in-first-out queue from whose middle entries can be removed. Not a Set: V8 walks over all deleted entries at
 * its front each time that it is asked for the next one.
 */
export class Fifo<T> {
  #entries: (T | undefined)[] = [];
  /** Positions of entries, counted from the first that was ever added. */
  readonly #places = new Map<T, number>();
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

  /** The last entry; removed ones behind it are dropped on the way. */
  last(): T | undefined {
    while (this.#places.size > 0 && this.#entries.at(-1) === undefined) this.#entries.pop();
    return this.#places.size > 0 ? this.#entries.at(-1) : undefined;
  }

  first(): T | undefined {
    while (this.#places.size > 0 && this.#entries[this.#head] === undefined) this.#head += 1;
    return this.#entries[this.#head];
  }

  shift(): T | undefined {
    const entry = this.first();
    if (entry === undefined) return undefined;
    this.delete(entry);
    this.#head += 1;
    this.#cut();
    return entry;
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

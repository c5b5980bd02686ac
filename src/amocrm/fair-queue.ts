/**
 * A queue that serves its participants in turn, each of them first come, first served, so that one with thousands of
 * entries does not starve another with one. Every operation takes the same time however many wait.
 */
export class FairQueue<T> {
  /** Participants in the order of their turns. */
  readonly #lines = new Map<string, Set<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(participant: string, entry: T): void {
    const line = this.#lines.get(participant);
    if (line === undefined) this.#lines.set(participant, new Set([entry]));
    else line.add(entry);
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
    for (const [participant, line] of this.#lines) {
      this.#lines.delete(participant);
      if (line.size > 1) this.#lines.set(participant, line);
      for (const entry of line) {
        line.delete(entry);
        this.#size -= 1;
        return entry;
      }
    }
    return undefined;
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

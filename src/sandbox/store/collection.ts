interface Rankable {
  id: number;
  created_at: number;
  updated_at: number;
  name?: string;
  complete_till?: number;
}
/** Keys by which lists may be ordered. */
type OrderKey = keyof Rankable;

const byName = new Intl.Collator('ru');

/** Told of every write; `before` is absent where the item is new. */
type OnWrite<T> = (item: T, before?: T) => void;

/** Items by id, with orderings that are kept between reads and re-sorted only after a write. */
export class Collection<T extends Rankable> {
  readonly #byId = new Map<number, T>();
  readonly #ordered = new Map<OrderKey, T[]>();
  readonly #onWrite: OnWrite<T>;
  #stale = false;

  constructor(onWrite: OnWrite<T> = () => {}) {
    this.#onWrite = onWrite;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): T | undefined {
    return this.#byId.get(id);
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  values(): T[] {
    return [...this.#byId.values()];
  }

  add(item: T): T {
    if (this.has(item.id)) throw new Error(`the sandbox already holds an item with id ${item.id}`);
    this.#byId.set(item.id, item);
    for (const list of this.#ordered.values()) list.push(item);
    this.#stale = true;
    this.#onWrite(item);
    return item;
  }

  /** Changes an item in place and keeps orderings and search up to date. */
  update(id: number, change: (item: T) => void): T {
    const item = this.get(id);
    if (item === undefined) throw new Error(`the sandbox holds no item with id ${id}`);
    const before = structuredClone(item);
    change(item);
    this.#stale = true;
    this.#onWrite(item, before);
    return item;
  }

  delete(id: number): void {
    this.#byId.delete(id);
    this.#ordered.clear();
  }

  clear(): void {
    this.#byId.clear();
    this.#ordered.clear();
  }

  /** All items, ascending; equal ranks by id. The list must not be changed. */
  ordered(key: OrderKey): readonly T[] {
    if (this.#stale) this.#resort();
    const known = this.#ordered.get(key);
    if (known) return known;
    const list = this.values().sort(ascending(key));
    this.#ordered.set(key, list);
    return list;
  }

  // Nearly sorted lists cost one pass, so thousands of writes between reads stay cheap.
  #resort(): void {
    for (const [key, list] of this.#ordered) list.sort(ascending(key));
    this.#stale = false;
  }
}

export function ascending(key: OrderKey): (a: Rankable, b: Rankable) => number {
  return (a, b) => compare(a[key], b[key]) || a.id - b.id;
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return byName.compare(String(a), String(b));
}

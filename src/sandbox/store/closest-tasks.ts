import type { Kind, Task } from './models.ts';

interface Owner {
  kind: Kind;
  id: number;
}

/** The deadlines of the open tasks of every entity. */
export class ClosestTasks {
  readonly #open = new Map<string, Map<number, number>>();
  readonly #owners = new Map<number, Owner>();

  /** Takes note of a task as it now is; the entities that it touches, each with its closest deadline. */
  write({ id, entity_id, entity_type, is_completed, complete_till }: Task): (Owner & { at: number | null })[] {
    const former = this.#owners.get(id);
    if (former) this.#open.get(name(former))?.delete(id);
    this.#owners.delete(id);
    if (entity_type === null || entity_id === null) return former ? [this.#closest(former)] : [];
    const owner = { kind: entity_type, id: entity_id };
    this.#owners.set(id, owner);
    if (!is_completed) this.#of(owner).set(id, complete_till);
    const touched = former && name(former) !== name(owner) ? [former, owner] : [owner];
    return touched.map((each) => this.#closest(each));
  }

  clear(): void {
    this.#open.clear();
    this.#owners.clear();
  }

  #of(owner: Owner): Map<number, number> {
    const tasks = this.#open.get(name(owner)) ?? new Map<number, number>();
    this.#open.set(name(owner), tasks);
    return tasks;
  }

  #closest(owner: Owner) {
    let at: number | null = null;
    for (const till of this.#of(owner).values()) at = at === null ? till : Math.min(at, till);
    return { ...owner, at };
  }
}

function name({ kind, id }: Owner): string {
  return `${kind}/${id}`;
}

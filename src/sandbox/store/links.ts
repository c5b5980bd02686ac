import type { Kind } from './models.ts';

export interface Link {
  kind: Kind;
  id: number;
  is_main: boolean;
}

type Node = { kind: Kind; id: number };

/** Which entities are linked; every link is seen from both ends. */
export class Links {
  readonly #of = new Map<string, Link[]>();

  /** A contact and a lead have at most one company: a new one takes its place. */
  add(from: Node, to: Node, isMain = false): void {
    if (to.kind === 'companies') this.#dropCompany(from, to.id);
    if (from.kind === 'companies') this.#dropCompany(to, from.id);
    this.#put(from, { ...to, is_main: this.#becomesMain(from, to, isMain) });
    this.#put(to, { ...from, is_main: this.#becomesMain(to, from, isMain) });
  }

  remove(from: Node, to: Node): void {
    this.#take(from, to);
    this.#take(to, from);
  }

  of(node: Node, kind?: Kind): Link[] {
    const links = this.#of.get(name(node)) ?? [];
    return kind === undefined ? links : links.filter((link) => link.kind === kind);
  }

  clear(): void {
    this.#of.clear();
  }

  toJSON(): Record<string, Link[]> {
    return Object.fromEntries(this.#of);
  }

  // The main contact of a lead: the one asked for, else the first.
  #becomesMain(lead: Node, contact: Node, isMain: boolean): boolean {
    if (lead.kind !== 'leads' || contact.kind !== 'contacts') return false;
    const others = this.of(lead, 'contacts').filter((link) => link.id !== contact.id);
    if (!isMain) return others.every((link) => !link.is_main);
    for (const other of others) other.is_main = false;
    return true;
  }

  #dropCompany(node: Node, keep: number): void {
    if (node.kind === 'companies') return;
    for (const old of this.of(node, 'companies')) if (old.id !== keep) this.remove(node, old);
  }

  #put(node: Node, link: Link): void {
    const kept = this.of(node).filter((each) => !same(each, link));
    this.#of.set(name(node), [...kept, link]);
  }

  #take(node: Node, other: Node): void {
    this.#of.set(
      name(node),
      this.of(node).filter((each) => !same(each, other)),
    );
  }
}

function name(node: Node): string {
  return `${node.kind}/${node.id}`;
}

function same(a: Node, b: Node): boolean {
  return a.kind === b.kind && a.id === b.id;
}

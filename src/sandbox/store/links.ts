import type { Kind } from './models.ts';

/** What a link may lead to: an element of a catalog, too. */
export type LinkedKind = Kind | 'catalog_elements';

/** How many of an element are linked, and by which of its prices. */
export interface Amount {
  quantity: number;
  price_id: number | null;
}

export interface Link {
  kind: LinkedKind;
  id: number;
  is_main: boolean;
  amount: Amount | null;
}

/** What a link may be made from. */
export type KindNode = { kind: Kind; id: number };
export type Node = { kind: LinkedKind; id: number };

/** Which entities are linked; every link is seen from both ends. */
export class Links {
  readonly #of = new Map<string, Link[]>();
  readonly #onChange: (from: KindNode, to: Node, isLinked: boolean) => void;

  constructor(onChange: (from: KindNode, to: Node, isLinked: boolean) => void = () => {}) {
    this.#onChange = onChange;
  }

  /** A contact and a lead have at most one company: a new one takes its place. */
  add(from: KindNode, to: Node, isMain = false, amount: Amount | null = null): void {
    if (to.kind === 'companies') this.#dropCompany(from, to.id);
    if (from.kind === 'companies') this.#dropCompany(to, from.id);
    const isNew = !this.of(from).some((link) => same(link, to));
    this.#put(from, { ...to, is_main: this.#becomesMain(from, to, isMain), amount });
    this.#put(to, { ...from, is_main: this.#becomesMain(to, from, isMain), amount });
    if (isNew) this.#onChange(from, to, true);
  }

  remove(from: KindNode, to: Node): void {
    if (this.of(from).some((link) => same(link, to))) this.#onChange(from, to, false);
    this.#take(from, to);
    this.#take(to, from);
  }

  of(node: Node): Link[];
  of<K extends LinkedKind>(node: Node, kind: K): (Link & { kind: K })[];
  of(node: Node, kind?: LinkedKind): Link[] {
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

  #dropCompany({ kind, id }: Node, keep: number): void {
    if (kind === 'companies' || kind === 'catalog_elements') return;
    for (const old of this.of({ kind, id }, 'companies')) if (old.id !== keep) this.remove({ kind, id }, old);
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

import type { Entity } from './entities.ts';

/** A list in which creates of another one show. */
export interface ShownIn extends Pick<Collection, 'path' | 'list' | 'lookQuery'> {
  /** One of its items in the form in which it was sent and answered. */
  asSent(item: Entity): Entity;
}

/** What is written alone, at a path of its own: a thing that the path names, a setting, an action. */
export interface OwnPath {
  /** What the path or the body names; the write's id where amoCRM's answer has none. */
  readonly id: number | string;
  /** Whether amoCRM takes it in a list of one. */
  readonly inList?: boolean;
  /** For what must not be done twice and leaves no trace: once in doubt it is never sent again. */
  readonly inDoubt?: 'give up';
}

/** What the gate needs to know about one of amoCRM's lists, as data: no file of the gate names an entity. */
export interface Collection {
  /** Path below `/api/v4/`, e.g. `leads/notes`. */
  readonly path: string;
  /** The name of its items in `_embedded`. */
  readonly list: string;
  /** What a POST to it does, where that is not to create entities; see `write-kinds.ts`. */
  readonly posts?: 'upsert' | 'dictionary' | 'link' | 'unlink';
  /** Of what is written alone. */
  readonly own?: OwnPath;
  /** The key by which amoCRM finds whom a new item belongs to; where nobody has it, its answer has `errors` in its place. */
  readonly ownerKey?: string;
  /** Where a create in doubt is looked for, if not in the list itself. */
  readonly shownIn?: readonly ShownIn[];
  /** Keys of its answer beside the id, which a create that is found there is answered with too. */
  readonly told?: readonly string[];
  /** Added to the query of a look for creates in doubt, so that the answer has all that is compared. */
  readonly lookQuery: readonly (readonly [string, string])[];
  /** The key in which items of the list differ most. Items that differ in it are not compared any further. */
  readonly mark: string;
  /** Keys of a create that are not compared, since amoCRM or its robots may change them at once. */
  readonly notCompared: readonly string[];
  /** Linked lists in `_embedded` whose ids are compared. */
  readonly links: readonly string[];
  /** What may be made together with an entity of it, by the name in `_embedded`: it is read by id and compared too. */
  readonly parts?: Readonly<Record<string, Part>>;
  /** The path of the list that its writes go to, where that is another: their ids, and creates in doubt, are of that list. */
  readonly home?: string;
  /**
   * Whether it answers with a list without `_embedded`, whose items name the `request_id`s that they answer. One that was
   * `merged` was there already.
   */
  readonly merges?: true;
  /** Entities in one call at most, where amoCRM takes fewer than of others. */
  readonly maxItems?: number;
}

/** What may be made together with an entity. */
export interface Part {
  readonly collection: Collection;
  /** The key of its id in the answer. */
  readonly answeredAs: string;
}

/** The path of the list that its writes go to; an id is that of one entity of it, by whatever path that was made. */
export function homeOf({ home, path }: Collection): string {
  return home ?? path;
}

export type OwnCollection = Collection & { readonly own: OwnPath };

/** What is written alone, and the path of the list that it belongs to. */
export function atOwnPath(path: string, home: string, own: OwnPath): OwnCollection {
  return { path, home, own, list: listOf(home), mark: 'id', lookQuery: [], notCompared: [], links: [] };
}

/** Last parts of paths that say what is done, not to what. */
const actions = new Set(['link', 'unlink', 'complex']);

/** What a path writes to, for `entity_type` in `written`: the last part of it that names a list. */
export function listOf(path: string): string {
  return path.split('/').findLast((part) => !actions.has(part)) ?? path;
}

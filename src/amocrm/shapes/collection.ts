import type { Entity } from './entities.ts';

/** A list in which creates of another one show. */
export interface ShownIn extends Pick<Collection, 'path' | 'list' | 'lookQuery'> {
  /** One of its items in the form in which it was sent and answered. */
  asSent(item: Entity): Entity;
}

/** What the gate needs to know about one of amoCRM's lists, as data: no file of the gate names an entity. */
export interface Collection {
  /** Path below `/api/v4/`, e.g. `leads/notes`. It is also the list's name in the log, the metrics and the journal. */
  readonly path: string;
  /** The name of its items in `_embedded`. */
  readonly list: string;
  /** What a POST to it does, where that is not to create entities; see `write-kinds.ts`. */
  readonly posts?: 'upsert' | 'link' | 'unlink';
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
}

/** Last parts of paths that say what is done, not to what. */
const actions = new Set(['link', 'unlink', 'complex']);

/** What a path writes to, for `entity_type` in `written`: the last part of it that names a list. */
export function listOf(path: string): string {
  return path.split('/').findLast((part) => !actions.has(part)) ?? path;
}

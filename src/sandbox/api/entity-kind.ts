import type { Collection } from '../store/collection.ts';
import type { Entity, Kind } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import type { Accept } from '../validation/accept.ts';
import type { Violation } from '../validation/violation.ts';
import type { Call } from './call.ts';
import type { TagsDraft } from './entity-tags.ts';

/** What every entity's draft has, whatever else it carries. */
export interface EntityDraft extends TagsDraft {
  id?: number;
  name?: string;
  responsible_user_id?: number;
  created_by?: number;
  updated_by?: number;
  created_at?: number;
  updated_at?: number;
  custom_fields_values?: unknown;
}

/** How one kind of entity differs from the others; the rest is in entity-routes.ts and the files it names. */
export interface EntityKind<T extends Entity, D extends EntityDraft> {
  kind: Kind;
  collection(store: Store): Collection<T>;
  /** Fields that `order[…]` really orders by; others are ignored. */
  orders: readonly ('id' | 'name' | 'created_at' | 'updated_at')[];
  acceptNew: Accept<D>;
  acceptChange: Accept<D>;
  /** What the draft says against the rest of the account; `current` is absent on creation. */
  check(draft: D, call: Call, found: Violation[], current?: T): void;
  /** A new entity with the kind's own properties at their defaults. */
  make(base: Entity, call: Call): T;
  /** Takes the kind's own properties from the draft. */
  apply(entity: T, draft: D, call: Call): void;
  /** After creation: links to what `_embedded` names. */
  connect?(entity: T, draft: D, call: Call): void;
  /** The name of an entity that was sent without one. */
  nameless?(id: number): string;
  /** The kind's own properties as the API shows them. */
  own(entity: T): Record<string, unknown>;
  /** Whether lists leave out those that came with a request which nobody has taken on yet. */
  unsortable?: true;
  /** What `with` adds beside them. */
  extra?: Record<string, (entity: T) => unknown>;
  /** What `with` adds to `_embedded`, and what is always there. */
  embedded: Record<string, (entity: T, call: Call) => unknown>;
  alwaysEmbedded: readonly string[];
  /** Whether a batch update answers with the name beside the id. */
  namesUpdates: boolean;
  /** How a binned entity looks under with=only_deleted. */
  binnedView(view: Record<string, unknown>): Record<string, unknown>;
}

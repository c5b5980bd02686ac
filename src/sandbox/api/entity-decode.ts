import { decodeFields } from '../fields/decode.ts';
import type { Entity, StoredField } from '../store/models.ts';
import { requestId } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import type { Call } from './call.ts';
import type { EntityDraft, EntityKind } from './entity-kind.ts';
import { checkTags } from './entity-tags.ts';
import { checkUsers } from './user-refs.ts';

/** A valid draft with its custom fields decoded. */
export interface Decoded<D> {
  draft: D;
  fields: StoredField[];
  requestId: string | number;
}

export function decodeNew<T extends Entity, D extends EntityDraft>(
  kind: EntityKind<T, D>,
  call: Call,
  item: Record<string, unknown>,
  found: Violation[],
  index: number,
): Decoded<D> | undefined {
  return decode(kind, call, item, found, index, kind.acceptNew(item, found));
}

export function decodeChange<T extends Entity, D extends EntityDraft>(
  kind: EntityKind<T, D>,
  call: Call,
  item: Record<string, unknown>,
  found: Violation[],
  index: number,
): Decoded<D> | undefined {
  const { id } = item;
  if (id === undefined) found.push(violation('FieldMissing', 'id'));
  const isKnown = typeof id !== 'number' || call.store.live(kind.kind, id) !== undefined;
  if (!isKnown) found.push(violation('NotSupportedChoice', 'id'));
  const current = typeof id === 'number' ? kind.collection(call.store).get(id) : undefined;
  return decode(kind, call, item, found, index, kind.acceptChange(item, found), current);
}

function decode<T extends Entity, D extends EntityDraft>(
  kind: EntityKind<T, D>,
  call: Call,
  item: Record<string, unknown>,
  found: Violation[],
  index: number,
  draft: D | undefined,
  current?: T,
): Decoded<D> | undefined {
  checkUsers(call.store, item, found);
  const fields = decodeFields(call.store, call.store.fields[kind.kind], item.custom_fields_values, found);
  if (draft === undefined) return undefined;
  checkTags(call.store, kind.kind, draft, found);
  kind.check(draft, call, found, current);
  return { draft, fields, requestId: requestId(item, index) };
}

import type { Answer } from '../http/answer.ts';
import { keysBelow, many, one } from '../http/query.ts';
import { ascending } from '../store/collection.ts';
import type { Entity } from '../store/models.ts';
import { wantedWords } from '../store/search-index.ts';
import type { Call } from './call.ts';
import { filtersOf } from './entity-filters.ts';
import type { EntityDraft, EntityKind } from './entity-kind.ts';
import { entityView, withParts } from './entity-view.ts';
import { listAnswer, slice } from './paging.ts';

export function listEntities<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>, call: Call): Answer {
  const binned = withParts(call).has('only_deleted');
  const isShown = ({ id, is_deleted }: T) =>
    is_deleted === binned && !(kind.unsortable && call.store.unsorted.hides(id));
  const tests = [isShown, ...filtersOf(kind.kind, call), ...queryTest(kind, call)];
  const page = slice(candidates(kind, call), call, (entity) => tests.every((test) => test(entity)));
  const items = page.items.map((entity) => entityView(kind, entity, call));
  return listAnswer(call, kind.kind, { ...page, items });
}

function candidates<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>, call: Call): readonly T[] {
  const collection = kind.collection(call.store);
  const [key, isDescending] = orderOf(kind, call);
  const list = keysBelow(call.query, 'filter').includes('id') ? picked() : collection.ordered(key);
  return isDescending ? list.toReversed() : list;

  function picked(): T[] {
    const ids = new Set(many(call.query, 'filter', 'id').map(Number));
    return [...ids].flatMap((id) => collection.get(id) ?? []).sort(ascending(key));
  }
}

// An unsupported field falls back to the default order, an unsupported direction to ascending.
function orderOf<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>, call: Call) {
  const asked = keysBelow(call.query, 'order')[0];
  const key = kind.orders.find((each) => each === asked) ?? 'updated_at';
  return [key, key === asked && one(call.query, 'order', asked) === 'desc'] as const;
}

function queryTest<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>, call: Call) {
  const query = one(call.query, 'query')?.trim() ?? '';
  if (query === '') return [];
  const { store } = call;
  const wanted = wantedWords(query, call.settings.query);
  const own = (entity: Entity) => store.search[kind.kind].matches(entity.id, wanted);
  if (kind.kind !== 'leads') return [own];
  const ofContacts = (lead: Entity) =>
    store.links
      .of({ kind: 'leads', id: lead.id }, 'contacts')
      .some(({ id }) => store.live('contacts', id) && store.search.contacts.matches(id, wanted));
  return [(lead: Entity) => own(lead) || ofContacts(lead)];
}

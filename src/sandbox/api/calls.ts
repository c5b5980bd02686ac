import Type, { type Static } from 'typebox';
import { type Answer, hal, halWith } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import { SINGULAR } from '../store/events.ts';
import type { Entity, Kind } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, requestId } from '../validation/items.ts';
import { type Call, link } from './call.ts';
import { authorship, exactly, RequestId } from './draft.ts';
import { newNote } from './new-note.ts';
import { callParams } from './note-types.ts';
import { checkUsers } from './user-refs.ts';

export const callRoutes: Routes = { '/api/v4/calls': { POST: addCalls } };

const NewCall = exactly({
  direction: Type.Enum(['inbound', 'outbound']),
  ...callParams,
  ...authorship,
  request_id: RequestId,
});
const acceptCall = accepts(NewCall);

/**
 * A call is a note of whoever has the number; one that nobody has is not added, while the others are:
 * https://www.amocrm.ru/developers/content/crm_platform/calls-api. The shape of `errors` is not documented.
 */
function addCalls(call: Call): Answer {
  const { store } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    checkUsers(store, item, found);
    const draft = acceptCall(item, found);
    return draft && { draft, owner: ownerOf(draft.phone, store), request_id: requestId(item, index) };
  });
  const calls = drafts.flatMap(({ draft, owner, request_id }) => {
    if (owner === undefined) return [];
    const note = store.notes[owner.kind].add(newNote(call, owner.id, noteOf(draft)));
    const entity = { id: owner.id, _links: link(call, `${owner.kind}/${owner.id}`) };
    const of = { entity_id: owner.id, entity_type: SINGULAR[owner.kind], account_id: store.account.id };
    return [{ id: note.id, ...of, request_id, _embedded: { entity } }];
  });
  const errors = drafts
    .filter(({ owner }) => owner === undefined)
    .map(({ draft, request_id }) => ({ request_id, title: 'Entity not found', status: 263, detail: draft.phone }));
  const ids = calls.map(({ id }) => id);
  const answer = { _total_items: calls.length, errors, _embedded: { calls } };
  // The documentation has 200 with `errors`; 400 was seen: https://github.com/amocrm/amocrm-api-php/issues/52
  const isRefused = calls.length === 0 && call.settings.unknownPhone === 'refuse';
  return isRefused ? halWith(400, answer) : hal(answer, ids);
}

function noteOf({ direction, request_id, ...draft }: Static<typeof NewCall>) {
  const { responsible_user_id, created_by, updated_by, created_at, updated_at, ...params } = draft;
  return { ...draft, note_type: direction === 'inbound' ? 'call_in' : 'call_out', params };
}

/** By the last ten digits: the one active lead of the contact or company, else the contact or company itself. */
function ownerOf(phone: string, store: Store): { kind: Kind; id: number } | undefined {
  const wanted = lastDigits(phone);
  for (const kind of ['contacts', 'companies'] as const) {
    const owner = store[kind].ordered('id').find((entity: Entity) => !entity.is_deleted && has(kind, entity));
    if (owner === undefined) continue;
    const leads = store.links.of({ kind, id: owner.id }, 'leads').filter(({ id }) => isActive(id));
    return leads.length === 1 && leads[0] ? { kind: 'leads', id: leads[0].id } : { kind, id: owner.id };
  }
  return undefined;

  function has(kind: Kind, entity: Entity): boolean {
    const phones = entity.custom_fields_values.filter(
      ({ field_id }) => store.fields[kind].get(field_id)?.code === 'PHONE',
    );
    return phones.some(({ values }) => values.some(({ value }) => lastDigits(String(value)) === wanted));
  }

  function isActive(id: number): boolean {
    const lead = store.leads.get(id);
    return lead !== undefined && !lead.is_deleted && lead.closed_at === null;
  }
}

function lastDigits(phone: string): string {
  return phone.replace(/\D/g, '').slice(-10);
}

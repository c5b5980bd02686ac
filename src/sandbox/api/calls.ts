import Type from 'typebox';
import { type Answer, hal } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import type { Entity, Kind } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, requestId } from '../validation/items.ts';
import { type Call, link } from './call.ts';
import { authorship, exactly, RequestId } from './draft.ts';
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
const SINGULAR = { leads: 'lead', contacts: 'contact', companies: 'company', customers: 'customer' };

/** A call is a note of whoever has the number. One that nobody has is not added: https://www.amocrm.ru/developers/content/crm_platform/calls-api */
function addCalls(call: Call): Answer {
  const { store, userId } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    checkUsers(store, item, found);
    const draft = acceptCall(item, found);
    return draft && { draft, requestId: requestId(item, index) };
  });
  const added = drafts.map(({ draft, requestId }) => {
    const owner = ownerOf(draft.phone, store);
    if (owner === undefined)
      return { request_id: requestId, title: 'Entity not found', status: 263, detail: draft.phone };
    const { direction, request_id, responsible_user_id = userId, ...rest } = draft;
    const {
      created_by = userId,
      updated_by = userId,
      created_at = store.now(),
      updated_at = created_at,
      ...params
    } = rest;
    const note = store.notes[owner.kind].add({
      id: store.nextId(),
      entity_id: owner.id,
      created_by,
      updated_by,
      created_at,
      updated_at,
      responsible_user_id,
      group_id: 0,
      note_type: direction === 'inbound' ? 'call_in' : 'call_out',
      params,
      is_pinned: false,
    });
    const entity = { id: owner.id, _links: link(call, `${owner.kind}/${owner.id}`) };
    const of = { entity_id: owner.id, entity_type: SINGULAR[owner.kind], account_id: store.account.id };
    return { id: note.id, ...of, request_id: requestId, _embedded: { entity } };
  });
  const calls = added.filter((each) => 'id' in each);
  const errors = added.filter((each) => !('id' in each));
  const ids = calls.map(({ id }) => id);
  return hal({ _total_items: calls.length, errors, _embedded: { calls } }, ids);
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

import Type, { type Static } from 'typebox';
import { WITH_OPTIONS } from '../fields/types.ts';
import { type Answer, halWith } from '../http/answer.ts';
import type { Field, FieldOption } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, decodeOne, requestId } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import { type Call, link } from './call.ts';
import { exactly, nullable, optional, RequestId } from './draft.ts';
import type { FieldOwner } from './field-owner.ts';
import { fieldView } from './field-view.ts';

const Option = exactly({
  id: optional(Type.Integer()),
  value: Type.String(),
  sort: optional(Type.Integer()),
  code: optional(nullable(Type.String())),
});
const keys = {
  code: optional(nullable(Type.String())),
  sort: optional(Type.Integer()),
  group_id: optional(nullable(Type.String())),
  is_api_only: optional(Type.Boolean()),
  required_statuses: optional(Type.Array(exactly({ pipeline_id: Type.Integer(), status_id: Type.Integer() }))),
  remind: optional(nullable(Type.Enum(['never', 'day', 'week', 'month']))),
  tracking_callback: optional(nullable(Type.String())),
  hidden_statuses: optional(Type.Array(Type.Unknown())),
  chained_lists: optional(nullable(Type.Array(Type.Unknown()))),
  currency: optional(nullable(Type.String())),
  enums: optional(nullable(Type.Array(Option))),
  // Of catalogs alone.
  is_deletable: optional(Type.Boolean()),
  is_visible: optional(Type.Boolean()),
  is_required: optional(Type.Boolean()),
  search_in: optional(nullable(Type.String())),
  request_id: RequestId,
};
const acceptNew = accepts(exactly({ ...keys, name: Type.String(), type: Type.String() }));
const FieldChange = exactly({
  ...keys,
  id: Type.Integer(),
  name: optional(Type.String()),
  type: optional(Type.String()),
});
const acceptChange = accepts(FieldChange);

export function createFields(owner: FieldOwner, call: Call): Answer {
  const { store } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    const draft = acceptNew(item, found);
    if (draft === undefined) return undefined;
    if (!owner.creatable.includes(draft.type)) found.push(violation('NotSupportedChoice', 'type'));
    if (WITH_OPTIONS.has(draft.type) && !draft.enums?.length) found.push(violation('FieldMissing', 'enums'));
    for (const [index, { sort }] of (draft.enums ?? []).entries()) {
      if (sort === undefined) found.push(violation('FieldMissing', `enums.${index}.sort`));
    }
    checkCurrency(draft.type, draft, found);
    return { draft, requestId: requestId(item, index) };
  });
  const fields = drafts.map(({ draft, requestId }) => {
    const { name, type, code = null, enums, currency = null, sort, group_id = null } = draft;
    const order = sort === undefined ? {} : { sort };
    const options = enums ? optionsFrom(enums, [], store) : null;
    const field = { name, type, code, currency, group_id, enums: options, ...order };
    const flags = { is_api_only: draft.is_api_only ?? false, required_statuses: draft.required_statuses ?? [] };
    return { ...fieldView(owner, store.addFieldTo(owner.fields, { ...field, ...flags }), call), request_id: requestId };
  });
  return halWith(201, wrapped(owner, fields, call));
}

export function updateFields(owner: FieldOwner, call: Call): Answer {
  const changes = decodeItems(call.body, (item, found, index) => {
    const draft = decodeChange(owner, item, found);
    return draft && { draft, requestId: requestId(item, index) };
  });
  const fields = changes.map(({ draft, requestId }) => ({ ...apply(owner, draft, call), request_id: requestId }));
  return halWith(201, wrapped(owner, fields, call));
}

export function updateOneField(owner: FieldOwner, field: Field, call: Call) {
  const changes = decodeOne(call.body, (item, found) => decodeChange(owner, { ...item, id: field.id }, found));
  return changes.map((draft) => apply(owner, draft, call))[0];
}

function decodeChange(owner: FieldOwner, item: Record<string, unknown>, found: Violation[]) {
  const draft = acceptChange(item, found);
  const field = draft && owner.fields.get(draft.id);
  if (draft && field === undefined) found.push(violation('NotSupportedChoice', 'id'));
  if (draft && field) checkCurrency(field.type, draft, found);
  // The official SDK sends the type with every change; that it cannot be another one is the strict reading.
  const isOther = draft?.type !== undefined && field !== undefined && draft.type !== field.type;
  if (isOther) found.push(violation('NotSupportedChoice', 'type'));
  return draft;
}

function apply(owner: FieldOwner, draft: Static<typeof FieldChange>, call: Call) {
  const field = owner.fields.get(draft.id);
  if (field === undefined) throw new Error(`field ${draft.id} went away between check and change`);
  const { id, enums, request_id, ...changes } = draft;
  const known = Object.entries(changes).filter(([key]) => key in field);
  Object.assign(field, Object.fromEntries(known));
  if (enums) field.enums = optionsFrom(enums, field.enums ?? [], call.store);
  return fieldView(owner, field, call);
}

// An option sent without its id is a new one; those not sent are gone.
function optionsFrom(sent: Static<typeof Option>[], former: FieldOption[], store: Store): FieldOption[] {
  return sent.map((option, index) => {
    const kept = former.find(({ id }) => id === option.id);
    const sort = option.sort ?? kept?.sort ?? (index + 1) * 10;
    return { id: kept?.id ?? store.nextId(), value: option.value, sort, code: option.code ?? kept?.code ?? null };
  });
}

function checkCurrency(type: string, draft: { currency?: string | null }, found: Violation[]): void {
  if (type === 'monetary' && typeof draft.currency !== 'string') found.push(violation('FieldMissing', 'currency'));
}

function wrapped(owner: FieldOwner, fields: unknown[], call: Call) {
  const _links = link(call, `${owner.path}/custom_fields`);
  return { _total_items: fields.length, _links, _embedded: { custom_fields: fields } };
}

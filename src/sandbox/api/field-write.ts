import Type, { type Static } from 'typebox';
import { CREATABLE, WITH_OPTIONS } from '../fields/types.ts';
import { type Answer, halWith } from '../http/answer.ts';
import type { Field, FieldOption, Kind } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, decodeOne, requestId } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import { type Call, link } from './call.ts';
import { exactly, nullable, optional, RequestId } from './draft.ts';
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

export function createFields(kind: Kind, call: Call): Answer {
  const { store } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    const draft = acceptNew(item, found);
    if (draft === undefined) return undefined;
    if (!CREATABLE[kind].includes(draft.type)) found.push(violation('NotSupportedChoice', 'type'));
    if (WITH_OPTIONS.has(draft.type) && !draft.enums?.length) found.push(violation('FieldMissing', 'enums'));
    checkCurrency(draft.type, draft, found);
    return { draft, requestId: requestId(item, index) };
  });
  const fields = drafts.map(({ draft, requestId }) => {
    const { name, type, code = null, enums, currency = null, sort, group_id = null } = draft;
    const order = sort === undefined ? {} : { sort };
    const options = enums ? optionsFrom(enums, [], store) : null;
    const field = { name, type, code, currency, group_id, enums: options, ...order };
    const flags = { is_api_only: draft.is_api_only ?? false, required_statuses: draft.required_statuses ?? [] };
    return { ...fieldView(kind, store.addField(kind, { ...field, ...flags }), call), request_id: requestId };
  });
  return halWith(201, wrapped(kind, fields, call));
}

export function updateFields(kind: Kind, call: Call): Answer {
  const changes = decodeItems(call.body, (item, found, index) => {
    const draft = decodeChange(kind, item, call, found);
    return draft && { draft, requestId: requestId(item, index) };
  });
  const fields = changes.map(({ draft, requestId }) => ({ ...apply(kind, draft, call), request_id: requestId }));
  return halWith(201, wrapped(kind, fields, call));
}

export function updateOneField(kind: Kind, field: Field, call: Call) {
  const changes = decodeOne(call.body, (item, found) => decodeChange(kind, { ...item, id: field.id }, call, found));
  return changes.map((draft) => apply(kind, draft, call))[0];
}

function decodeChange(kind: Kind, item: Record<string, unknown>, call: Call, found: Violation[]) {
  const draft = acceptChange(item, found);
  const field = draft && call.store.fields[kind].get(draft.id);
  if (draft && field === undefined) found.push(violation('NotSupportedChoice', 'id'));
  if (draft && field) checkCurrency(field.type, draft, found);
  // The official SDK sends the type with every change; that it cannot be another one is the strict reading.
  const isOther = draft?.type !== undefined && field !== undefined && draft.type !== field.type;
  if (isOther) found.push(violation('NotSupportedChoice', 'type'));
  return draft;
}

function apply(kind: Kind, draft: Static<typeof FieldChange>, call: Call) {
  const field = call.store.fields[kind].get(draft.id);
  if (field === undefined) throw new Error(`field ${draft.id} went away between check and change`);
  const { id, enums, request_id, ...changes } = draft;
  const known = Object.entries(changes).filter(([key]) => key in field);
  Object.assign(field, Object.fromEntries(known));
  if (enums) field.enums = optionsFrom(enums, field.enums ?? [], call.store);
  return fieldView(kind, field, call);
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

function wrapped(kind: Kind, fields: unknown[], call: Call) {
  const _links = link(call, `${kind}/custom_fields`);
  return { _total_items: fields.length, _links, _embedded: { custom_fields: fields } };
}

import Type, { type Static } from 'typebox';
import type { Field, StoredField, StoredValue } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { accepts } from '../validation/accept.ts';
import { type Violation, violation, wrongType } from '../validation/violation.ts';
import { CODECS } from './codecs.ts';

const Item = Type.Object(
  {
    field_id: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
    field_code: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    // Ignored: clients write fields back as they read them.
    field_name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    field_type: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    values: Type.Union([Type.Array(Type.Unknown()), Type.Null()]),
  },
  { additionalProperties: false },
);

const acceptList = accepts(Type.Union([Type.Array(Type.Unknown()), Type.Null()]));
const acceptItem = accepts(Item);

/** Decodes `custom_fields_values`: the named fields with their new values, empty where they are to be cleared. */
export function decodeFields(
  store: Store,
  fields: Map<number, Field>,
  sent: unknown,
  found: Violation[],
): StoredField[] {
  if (sent === undefined) return [];
  const list = acceptList(sent, found, 'custom_fields_values') ?? [];
  return list.flatMap((element, index) => {
    const path = `custom_fields_values.${index}`;
    const item = acceptItem(element, found, path);
    const field = item && findField(fields, item, path, found);
    return item && field ? decodeValues(store, field, item.values, `${path}.values`, found) : [];
  });
}

function findField(
  fields: Map<number, Field>,
  item: Static<typeof Item>,
  path: string,
  found: Violation[],
): Field | undefined {
  const id = item.field_id ?? undefined;
  const code = item.field_code ?? undefined;
  if (id === undefined && code === undefined) {
    found.push(violation('FieldMissing', `${path}.field_id`));
    return undefined;
  }
  const field = id === undefined ? [...fields.values()].find((each) => each.code === code) : fields.get(id);
  if (field !== undefined && !field.is_computed) return field;
  found.push(violation('NotSupportedChoice', `${path}.${id === undefined ? 'field_code' : 'field_id'}`));
  return undefined;
}

function decodeValues(
  store: Store,
  field: Field,
  sent: unknown[] | null,
  path: string,
  found: Violation[],
): StoredField[] {
  if (sent === null) return [{ field_id: field.id, values: [] }];
  // Whether [] clears a field is not documented; refusing it is the strict reading.
  if (sent.length === 0) found.push(wrongType(path, 'array'));
  const values = sent.flatMap((each, index) => decodeElement(each, index));
  return [{ field_id: field.id, values: field.type === 'multiselect' ? inOrder(values, field) : values }];

  function decodeElement(element: unknown, index: number): StoredValue[] {
    const codec = CODECS[field.type];
    const place = {
      field,
      timezone: store.account.timezone,
      takesLongTexts: store.settings.longTexts === 'accept',
      path: `${path}.${index}`,
      found,
    };
    if (codec === undefined || index >= codec.max) {
      found.push(violation('FieldNotExpected', place.path));
      return [];
    }
    const value = codec.decode(element, place);
    return value === undefined ? [] : [value];
  }
}

/** Whether amoCRM keeps the order in which options are sent is not documented; that of the field is the strict reading. */
function inOrder(values: StoredValue[], { enums }: Field): StoredValue[] {
  const ids = (enums ?? []).map(({ id }) => id);
  return values.sort((a, b) => ids.indexOf(Number(a.enum_id)) - ids.indexOf(Number(b.enum_id)));
}

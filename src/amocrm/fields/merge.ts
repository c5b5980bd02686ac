import { fold } from '../../text/names.ts';
import { isSamePhone, phoneBucket } from '../../text/phones.ts';
import type { Contact, FieldValue, FieldValues } from '../shapes/entities.ts';
import { channelOf, isSameField, refOf } from '../shapes/field-ref.ts';
import type { EncodedField } from './encode.ts';
import { type Field, hasKinds } from './field.ts';
import { kindsOf } from './scalars.ts';
import { asRead } from './written-fields.ts';

/** The values that an entity holds in a field; undefined where it holds none. */
export function currentValues(
  field: Field,
  values: readonly FieldValues[] | null | undefined,
): FieldValue[] | undefined {
  return values?.find((held) => isSameField(field, refOf(held)))?.values;
}

/**
 * Puts new phones, e-mails or messengers first and keeps those that the contact has. One that is there in another
 * spelling is moved, in its stored spelling, not added again.
 */
export function appendValues(encoded: EncodedField, contact: Contact): EncodedField {
  const { field, values, input } = encoded;
  const current = currentValues(field, contact.custom_fields_values);
  if (values === null || current === undefined || !hasSeveralValues(field)) return encoded;
  const said: unknown[] = Array.isArray(input.value) ? input.value : [input.value];
  const held = createEntries(field);
  for (const value of current) held.add(value);
  const given = createEntries(field);
  const places: number[] = [];
  const first = values.flatMap((value, index) => {
    const kept = keepStored(held.find(value), value, said[index]);
    if (given.find(kept) !== undefined) return [];
    given.add(kept);
    places.push(index);
    return [kept];
  });
  const others = current.filter((value) => given.find(value) === undefined).map(stored);
  return { ...encoded, values: [...first, ...others.filter((value) => value !== undefined)], places };
}

/** Values found again by any spelling, without comparing each with each. */
function createEntries(field: Field) {
  const isPhone = channelOf(field) === 'phone';
  const byText = new Map<string, FieldValue>();
  const byNumber = new Map<string, FieldValue[]>();

  return {
    /** The first one added in any of its spellings. */
    find({ value }: FieldValue): FieldValue | undefined {
      const text = String(value);
      const alike = isPhone ? (byNumber.get(phoneBucket(text)) ?? []) : [];
      return byText.get(fold(text)) ?? alike.find((entry) => isSamePhone(String(entry.value), text));
    },
    add(value: FieldValue): void {
      const text = String(value.value);
      if (!byText.has(fold(text))) byText.set(fold(text), value);
      const bucket = byNumber.get(phoneBucket(text)) ?? [];
      bucket.push(value);
      if (isPhone) byNumber.set(phoneBucket(text), bucket);
    },
  };
}

function hasSeveralValues(field: Field): boolean {
  return hasKinds(field) && kindsOf(field).length > 0;
}

/** The stored value, with the kind that the caller gave explicitly. */
function keepStored(current: FieldValue | undefined, value: FieldValue, said: unknown): FieldValue {
  const kept = stored(current);
  if (kept === undefined) return value;
  return typeof said === 'object' && said !== null && 'enum_code' in said ? { ...value, value: kept.value } : kept;
}

/** A stored value in the form for a write: amoCRM refuses a null `enum_code`. */
function stored(entry: FieldValue | undefined): FieldValue | undefined {
  if (entry === undefined) return undefined;
  const { value, enum_id, enum_code } = entry;
  if (typeof enum_code === 'string') return { value, enum_code };
  return typeof enum_id === 'number' ? { value, enum_id } : { value };
}

/** Whether the entity has exactly these values: phones and e-mails in this order, options in any order. */
export function isUnchanged({ field, values }: EncodedField, contact: Contact): boolean {
  const current = currentValues(field, contact.custom_fields_values) ?? [];
  const wanted = values ?? [];
  if (current.length !== wanted.length) return false;
  if (field.type === 'multiselect') return isSameSet(wanted, current);
  return wanted.every((value, index) => isSameValue(value, current[index]));
}

function isSameSet(wanted: readonly FieldValue[], current: readonly FieldValue[]): boolean {
  const held = new Set(current.map(({ enum_id }) => enum_id));
  return wanted.every(({ enum_id }) => held.has(enum_id));
}

function isSameValue(wanted: FieldValue, current: FieldValue | undefined): boolean {
  const held: Record<string, unknown> = { ...current };
  return Object.entries(wanted).every(([key, part]) => JSON.stringify(part) === JSON.stringify(held[key]));
}

/** The entity's field values after the write, in the form in which amoCRM returns them. */
export function replaceValues(current: readonly FieldValues[], changed: readonly EncodedField[]): FieldValues[] {
  const kept = current.flatMap((old) => {
    const change = changed.find(({ field }) => currentValues(field, [old]) !== undefined);
    if (change === undefined) return [old];
    return asRead([change]).map(({ values }) => ({ ...old, values }));
  });
  const added = changed.filter(({ field }) => currentValues(field, current) === undefined);
  return [...kept, ...asRead(added)];
}

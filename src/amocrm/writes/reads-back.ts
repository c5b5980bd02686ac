import { isDeepStrictEqual } from 'node:util';
import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { isSamePhone } from '../../text/phones.ts';
import type { Collection } from '../shapes/collection.ts';
import { type FieldValue, FieldValues } from '../shapes/entities.ts';
import { channelOf, isSameField, refOf } from '../shapes/field-ref.ts';

type Compared = Pick<Collection, 'notCompared' | 'links' | 'parts'>;
type Item = Record<string, unknown>;

/** What an item has at its mark, by which those that certainly differ are told apart; "" where it has nothing. */
export function markOf({ mark }: Pick<Collection, 'mark'>, item: Item = {}): string {
  const text = String(item[mark] ?? '').trim();
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}

/** Whether an entity that amoCRM has reads back as what was sent. Tags are never compared. */
export function readsBack(compared: Compared, sent: Item, read: Item): boolean {
  const { notCompared } = compared;
  const compare = (key: string, value: unknown) => {
    if (key === 'custom_fields_values') return sameFields(value, read[key]);
    return key === '_embedded' ? sameLinks(compared, value, read[key]) : covers(value, read[key]);
  };
  return Object.entries(sent).every(([key, value]) => notCompared.includes(key) || compare(key, value));
}

/** How much of a create is compared, in characters: an entity that matches two belongs to the greater. */
export function weigh({ notCompared, links }: Compared, sent: Item): number {
  const own = Object.entries(sent).filter(([key]) => !notCompared.includes(key) && key !== '_embedded');
  return JSON.stringify([own, links.map((name) => Object(sent._embedded)[name])]).length;
}

/** How well an entity agrees in keys that are not compared: tells otherwise equal creates apart. */
export function agreement({ notCompared }: Compared, sent: Item, read: Item): number {
  const others = Object.entries(sent).filter(([key]) => notCompared.includes(key) && key in read);
  const differing = others.filter(([key, value]) => read[key] !== value);
  const sameTags = isDeepStrictEqual(tagsOf(sent), tagsOf(read)) ? 1 : 0;
  return others.length - 2 * differing.length + sameTags;
}

function tagsOf({ _embedded }: Item): unknown[] {
  const { tags } = Object(_embedded);
  return Array.isArray(tags) ? tags.map((tag: unknown) => Object(tag).name).sort() : [];
}

const fieldList = checkOf(Type.Array(FieldValues));
const secondsOfDay = 86_400;

function sameFields(sent: unknown, read: unknown): boolean {
  if (!fieldList.accepts(sent)) return false;
  const there = fieldList.accepts(read) ? read : [];
  return sent.every((field) => {
    const twin = there.find((held) => isSameField(refOf(field), refOf(held)));
    if (twin === undefined || twin.values.length !== field.values.length) return false;
    // Options are compared as a set: amoCRM may return them in another order.
    const held = new Set(twin.values.map(({ enum_id }) => enum_id));
    return field.values.every((value, index) =>
      isOption(value) ? held.has(value.enum_id) : sameValue(value, twin.values[index], twin),
    );
  });
}

/** Parts of an address and kinds of phones have an id too, beside a value of their own. */
function isOption({ enum_id, value }: FieldValue): boolean {
  return typeof enum_id === 'number' && value === undefined;
}

function sameValue(sent: Item, read: Item = {}, field: FieldValues): boolean {
  if (channelOf(refOf(field)) === 'phone')
    return isSamePhone(String(sent.value), String(read.value)) || covers(sent.value, read.value);
  if (field.field_type === 'date' || field.field_type === 'birthday') {
    // amoCRM keeps only the day.
    return Math.abs(Number(sent.value) - Number(read.value)) < secondsOfDay;
  }
  return covers('value' in sent ? sent.value : sent, 'value' in sent ? read.value : read);
}

/** Linked entities are compared by their ids; one that was made together with this one has none yet, and is compared whole. */
function sameLinks({ links, parts = {} }: Compared, sent: unknown, read: unknown): boolean {
  return links.every((name) => {
    const there = entriesOf(Object(read)[name]);
    const part = parts[name];
    const isThere = (entry: Item) =>
      entry.id === undefined && part !== undefined
        ? there.some((held) => readsBack(part.collection, entry, held))
        : there.some(({ id }) => id === entry.id);
    return entriesOf(Object(sent)[name]).every(isThere);
  });
}

function entriesOf(list: unknown): Item[] {
  return Array.isArray(list) ? list.map((entry: unknown) => Object(entry)) : [];
}

/** Equal text (trimmed), equal numbers, and objects in which amoCRM may return more keys. */
function covers(sent: unknown, read: unknown): boolean {
  if (Array.isArray(sent))
    return Array.isArray(read) && sent.length === read.length && sent.every((part, index) => covers(part, read[index]));
  if (typeof sent === 'object' && sent !== null) {
    return typeof read === 'object' && Object.entries(sent).every(([key, part]) => covers(part, Object(read)[key]));
  }
  if (typeof sent === 'boolean' || typeof read === 'boolean') return sent === read;
  const [a, b] = [String(sent).trim(), String(read ?? '').trim()];
  return a === b || (a !== '' && b !== '' && Number(a) === Number(b));
}

import { type Static, Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { fold } from '../../text/names.ts';
import { FieldValues } from '../shapes/entities.ts';

/** A filter that an item of a list does not fit. */
export interface Contradiction {
  name: string;
  /** False where amoCRM may compare otherwise than we do: texts and custom fields. */
  isCertain: boolean;
}

type Filter = Readonly<Record<string, unknown>>;
/** How an item stands to a filter; undefined where it does not tell. */
type Verdict = 'fits' | 'differs' | 'differs perhaps' | undefined;

/** The filter that the items contradict, a certain one where there is any. */
export function contradictionOf(items: readonly unknown[], filter: Filter): Contradiction | undefined {
  let found: Contradiction | undefined;
  for (const item of items) {
    for (const [name, wanted] of Object.entries(filter)) {
      const verdict = judge(name, wanted, item);
      if (verdict === 'differs') return { name, isCertain: true };
      if (verdict === 'differs perhaps') found ??= { name, isCertain: false };
    }
  }
  return found;
}

const Range = Type.Object({ from: Type.Optional(Type.Number()), to: Type.Optional(Type.Number()) });
type Range = Static<typeof Range>;
const ranges = checkOf(Range);
const Place = Type.Object({ pipeline_id: Type.Integer(), status_id: Type.Integer() });
const place = checkOf(Place);
const places = checkOf(Type.Array(Place));
const record = checkOf(Type.Record(Type.String(), Type.Unknown()));
const fieldsOf = checkOf(Type.Union([Type.Array(FieldValues), Type.Null()]));

/** Whether amoCRM takes nothing, such as the closing of an open lead, for 0 is not documented. */
function judge(name: string, wanted: unknown, item: unknown): Verdict {
  const held: unknown = Object(item)[name];
  if (name === 'statuses') return judgePlace(wanted, item);
  if (name === 'custom_fields_values') return judgeFields(wanted, held);
  if (held === undefined) return undefined;
  if (typeof held === 'boolean') return Boolean(Number(wanted)) === held ? 'fits' : 'differs';
  if (Array.isArray(wanted)) return judgeOneOf(wanted, held);
  if (!ranges.accepts(wanted)) return undefined;
  if (isWithin(held ?? 0, wanted)) return held === null ? 'differs perhaps' : 'fits';
  return 'differs';
}

function judgeOneOf(wanted: readonly unknown[], held: unknown): Verdict {
  if (typeof held === 'number') return wanted.includes(held) ? 'fits' : 'differs';
  if (typeof held !== 'string') return undefined;
  return wanted.some((text) => fold(String(text)) === fold(held)) ? 'fits' : 'differs perhaps';
}

/** What is no number tells nothing. */
function isWithin(held: unknown, { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Range): boolean {
  return typeof held !== 'number' || (held >= from && held <= to);
}

function judgePlace(wanted: unknown, item: unknown): Verdict {
  if (!places.accepts(wanted) || !place.accepts(item)) return undefined;
  const { pipeline_id, status_id } = item;
  const isThere = wanted.some((one) => one.pipeline_id === pipeline_id && one.status_id === status_id);
  return isThere ? 'fits' : 'differs';
}

/** By fields' ids. A value that is not there may count as an empty one, so nothing is certain. */
function judgeFields(wanted: unknown, held: unknown): Verdict {
  if (!record.accepts(wanted) || !fieldsOf.accepts(held)) return undefined;
  const values = new Map((held ?? []).map((field) => [String(field.field_id), field.values]));
  const isFitting = Object.entries(wanted).every(([id, one]) => {
    const own = (values.get(id) ?? []).map(({ value, enum_id }) => enum_id ?? value);
    if (!Array.isArray(one)) return ranges.accepts(one) && own.some((value) => isWithin(Number(value), one));
    const texts = new Set(one.map(comparable));
    return own.some((value) => texts.has(comparable(value)));
  });
  return isFitting ? 'fits' : 'differs perhaps';
}

function comparable(value: unknown): string {
  return fold(String(typeof value === 'boolean' ? Number(value) : value));
}

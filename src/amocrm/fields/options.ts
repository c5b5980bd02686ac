import { fold, nearest } from '../../text/names.ts';
import type { FieldValue } from '../shapes/entities.ts';
import type { Codec } from './codec.ts';
import { type Field, FieldError, type FieldOption } from './field.ts';
import { invalid } from './scalars.ts';

const shownOptions = 20;

export const selectCodec: Codec = {
  accepts: 'an option’s label, code or id',
  encode: (value, field) => [{ enum_id: pickOption(value, field).id }],
  decode: (values, field) => labelOf(values[0], field),
};

export const multiselectCodec: Codec = {
  accepts: 'a list of options’ labels, codes or ids, or one of them',
  encode(value, field) {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) throw invalid(value, field, multiselectCodec.accepts);
    const place = (index: number) => (Array.isArray(value) ? index : undefined);
    const ids = list.map((entry, index) => pickOption(entry, field, place(index)).id);
    return [...new Set(ids)].map((id) => ({ enum_id: id }));
  },
  decode: (values, field) => values.map((value) => labelOf(value, field)),
};

/** A label goes before a code, a code before an id that reads the same. */
function pickOption(value: unknown, field: Field, index?: number): FieldOption {
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') {
    throw invalid(value, field, selectCodec.accepts, index);
  }
  const wanted = fold(String(value));
  const { options } = field;
  const matches = [
    options.filter((option) => option.value === value),
    options.filter((option) => fold(option.value) === wanted),
    options.filter((option) => option.code !== null && fold(option.code) === wanted),
    options.filter((option) => String(option.id) === wanted),
  ].find((level) => level.length > 0);
  const [only, another] = matches ?? [];
  if (only === undefined) throw new FieldError('UNKNOWN_OPTION', describeOptions(String(value), field), index);
  if (another !== undefined) {
    const ids = matches?.map(({ id }) => id).join(', ');
    throw new FieldError(
      'UNKNOWN_OPTION',
      `Several options of "${field.name}" read "${value}"; use an id: ${ids}`,
      index,
    );
  }
  return only;
}

function describeOptions(value: string, { name, options }: Field): string {
  const labels = options.map((option) => option.value);
  const [near] = nearest(value, labels);
  const hint = near === undefined ? '.' : `; did you mean "${near}"?`;
  const shown = labels.slice(0, shownOptions).map((label) => `"${label}"`);
  const rest = labels.length > shownOptions ? ` and ${labels.length - shownOptions} more` : '';
  return `"${name}" has no option "${value}"${hint} Options: ${shown.join(', ') || 'none'}${rest}`;
}

function labelOf(value: FieldValue | undefined, field: Field | undefined): unknown {
  return value?.value ?? field?.options.find(({ id }) => id === value?.enum_id)?.value;
}

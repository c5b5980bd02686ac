import { accepted, fieldMessages } from '../../messages/fields.ts';
import { type Message, verbatim } from '../../messages/message.ts';
import type { Path } from '../../problems/problem.ts';
import { cut, nearest } from '../../text/names.ts';
import { indexNames } from '../directories/name-index.ts';
import type { FieldValue } from '../shapes/entities.ts';
import type { Codec } from './codec.ts';
import { type Field, FieldError, type FieldOption } from './field.ts';
import { invalid } from './scalars.ts';

const shownOptions = 20;

export const selectCodec: Codec = {
  accepts: accepted.option,
  encode: (value, field) => [{ enum_id: optionPicker(field)(value).id }],
  decode: (values, field) => labelOf(values[0], field),
};

export const multiselectCodec: Codec = {
  accepts: accepted.options,
  encode(value, field) {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) throw invalid(value, field, multiselectCodec.accepts);
    const place = (index: number) => (Array.isArray(value) ? [index] : []);
    const pick = optionPicker(field);
    const ids = list.map((entry, index) => pick(entry, place(index)).id);
    return [...new Set(ids)].map((id) => ({ enum_id: id }));
  },
  decode: (values, field) => values.map((value) => labelOf(value, field)),
};

/** Precedence: label, then code, then id; an exact label before one in another case. */
function optionPicker(field: Field): (value: unknown, place?: Path) => FieldOption {
  const byLabel = Map.groupBy(field.options, (option) => option.value);
  const named = indexNames(field.options, {
    namings: [(option) => option.value, (option) => option.code, (option) => String(option.id)],
    isSame: (a, b) => a === b,
  });
  return (value, place) => {
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') {
      throw invalid(value, field, selectCodec.accepts, place);
    }
    const name = String(value);
    const [only, ...others] = byLabel.get(name) ?? named(name);
    if (only === undefined) throw new FieldError('UNKNOWN_OPTION', describeOptions(name, field), place);
    if (others.length === 0) return only;
    const ids = [only, ...others].map(({ id }) => id).join(', ');
    const message = fieldMessages.severalOptions(field.name, cut(name), ids);
    throw new FieldError('UNKNOWN_OPTION', message, place);
  };
}

function describeOptions(value: string, { name, options }: Field): Message {
  const labels = options.map((option) => option.value);
  const [near] = nearest(value, labels);
  const { noOption, noOptionNear, noOptions, moreOptions } = fieldMessages;
  const quoted = labels.slice(0, shownOptions).map((label) => `"${label}"`);
  const shown = quoted.length === 0 ? noOptions : verbatim(quoted.join(', '));
  const all = labels.length > shownOptions ? moreOptions(shown, labels.length - shownOptions) : shown;
  return near === undefined ? noOption(name, cut(value), all) : noOptionNear(name, cut(value), near, all);
}

function labelOf(value: FieldValue | undefined, field: Field | undefined): unknown {
  return value?.value ?? field?.options.find(({ id }) => id === value?.enum_id)?.value;
}

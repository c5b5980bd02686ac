import Type from 'typebox';
import type { FieldOption, StoredValue } from '../store/models.ts';
import { joined } from '../validation/accept.ts';
import { violation } from '../validation/violation.ts';
import { type Codec, codec, type Place, refuseChoice } from './codec.ts';

// The official SDK sends the keys that it does not use as null.
const unused = {
  enum_id: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  enum_code: Type.Optional(Type.Union([Type.String(), Type.Null()])),
};
const OptionElement = Type.Object(
  { value: Type.Optional(Type.Union([Type.String(), Type.Null()])), ...unused },
  { additionalProperties: false },
);
const TypedElement = Type.Object({ value: Type.String(), ...unused }, { additionalProperties: false });

/** The enum ids of a smart address are the same in every account. */
export const ADDRESS_PARTS = ['address_line_1', 'address_line_2', 'city', 'state', 'zip', 'country'];

export const choice: Codec = codec(OptionElement, decodeOption);
export const choices: Codec = codec(OptionElement, decodeOption, Number.POSITIVE_INFINITY);

/** PHONE, EMAIL and IM: the value is free, its kind is one of the field's own. WORK, the first, where none is named. */
export const multitext: Codec = codec(
  TypedElement,
  (element, place) => {
    const option = element.enum_id || element.enum_code ? named(element, place) : place.field.enums?.[0];
    return option && { value: element.value, enum_id: option.id, enum_code: option.value };
  },
  Number.POSITIVE_INFINITY,
);

export const smartAddress: Codec = codec(
  TypedElement,
  (element, place) => {
    const number = element.enum_id ?? ADDRESS_PARTS.indexOf(element.enum_code ?? '') + 1;
    const part = ADDRESS_PARTS[number - 1];
    if (part === undefined) return refuseChoice(place, typeof element.enum_id === 'number' ? 'enum_id' : 'enum_code');
    return { value: element.value, enum_id: number, enum_code: part };
  },
  ADDRESS_PARTS.length,
);

type Named = { value?: string | null; enum_id?: number | null; enum_code?: string | null };

function decodeOption(element: Named, place: Place): StoredValue | undefined {
  const option = named(element, place);
  return option && { value: option.value, enum_id: option.id, enum_code: option.code };
}

/** The option that an element names: by enum_id, else enum_code, else its text. It is never made when absent. */
function named(element: Named, place: Place): FieldOption | undefined {
  const [key, is] = wayOf(element, place);
  if (key === undefined) {
    place.found.push(violation(element.value === null ? 'NotNullable' : 'FieldMissing', joined(place.path, 'value')));
    return undefined;
  }
  return place.field.enums?.find(is) ?? refuseChoice(place, key);
}

function wayOf(element: Named, place: Place): [string | undefined, (option: FieldOption) => boolean] {
  const { enum_id, enum_code, value } = element;
  if (typeof enum_id === 'number') return ['enum_id', (option) => option.id === enum_id];
  if (typeof enum_code === 'string') return ['enum_code', (option) => codeOf(option, place) === enum_code];
  if (typeof value === 'string') return ['value', (option) => option.value === value];
  return [undefined, () => false];
}

// Of PHONE and EMAIL the code is the option's text; other fields have codes of their own.
function codeOf(option: FieldOption, place: Place): string | null {
  return place.field.type === 'multitext' ? option.value : option.code;
}

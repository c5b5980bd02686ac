import Type from 'typebox';
import { joined } from '../validation/accept.ts';
import { tooLong, wrongType } from '../validation/violation.ts';
import { type Codec, codec } from './codec.ts';
import { date, dateTime } from './dates.ts';
import { chainedList, file, items, legalEntity, linkedEntity, payer, supplier } from './objects.ts';
import { choice, choices, multitext, smartAddress } from './options.ts';

// Over 256 characters the API refuses: https://github.com/amocrm/amocrm-api-php/issues/400. The code is not published.
const MAX_TEXT = 256;

const shortText = codec(
  Type.Object({ value: Type.String() }, { additionalProperties: false }),
  ({ value }, { path, found, takesLongTexts }) => {
    if (takesLongTexts || [...value].length <= MAX_TEXT) return { value };
    found.push(tooLong(joined(path, 'value'), MAX_TEXT));
    return undefined;
  },
);

const text = codec(Type.Object({ value: Type.String() }, { additionalProperties: false }), ({ value }) => ({ value }));

const checkbox = codec(Type.Object({ value: Type.Boolean() }, { additionalProperties: false }), ({ value }) => ({
  value,
}));

const NumericElement = Type.Object(
  { value: Type.Union([Type.Number(), Type.String()]) },
  { additionalProperties: false },
);

/** Kept and read back as a string. */
const numeric = codec(NumericElement, ({ value }, place) => {
  if (/^-?\d+(\.\d+)?$/.test(String(value))) return { value: String(value) };
  place.found.push(wrongType(joined(place.path, 'value'), 'numeric'));
  return undefined;
});

/** Every type of custom field and the wire form of its values. */
export const CODECS: Record<string, Codec> = {
  text: shortText,
  textarea: text,
  streetaddress: text,
  tracking_data: text,
  url: text,
  numeric,
  price: numeric,
  monetary: numeric,
  checkbox,
  select: choice,
  radiobutton: choice,
  category: choice,
  multiselect: choices,
  multitext,
  date,
  birthday: date,
  date_time: dateTime,
  smart_address: smartAddress,
  legal_entity: legalEntity,
  file,
  chained_list: chainedList,
  linked_entity: linkedEntity,
  payer,
  supplier,
  items,
};

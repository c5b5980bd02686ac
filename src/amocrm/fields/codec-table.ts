import type { Codec } from './codec.ts';
import { dateCodec, dateTimeCodec } from './dates.ts';
import { multiselectCodec, selectCodec } from './options.ts';
import { checkboxCodec, multitextCodec, numericCodec, textCodec } from './scalars.ts';
import { structureCodec } from './structures.ts';

/** Field types by amoCRM's names, and the seed's `multiphonemail`. Source: developers' reference, custom fields. */
const codecs: Record<string, Codec> = {
  text: textCodec,
  textarea: textCodec,
  url: textCodec,
  streetaddress: textCodec,
  tracking_data: textCodec,
  multitext: multitextCodec,
  multiphonemail: multitextCodec,
  numeric: numericCodec,
  price: numericCodec,
  monetary: numericCodec,
  checkbox: checkboxCodec,
  select: selectCodec,
  radiobutton: selectCodec,
  category: selectCodec,
  multiselect: multiselectCodec,
  date: dateCodec,
  birthday: dateCodec,
  date_time: dateTimeCodec,
  smart_address: structureCodec('smart_address'),
  legal_entity: structureCodec('legal_entity'),
  items: structureCodec('items'),
  linked_entity: structureCodec('linked_entity'),
  chained_list: structureCodec('chained_list'),
  file: structureCodec('file'),
  payer: structureCodec('payer'),
  supplier: structureCodec('supplier'),
};

export const fieldTypes: readonly string[] = Object.keys(codecs);

/** The codec of a type; undefined for a type that is unknown here. */
export function codecOf(type: string): Codec | undefined {
  return Object.hasOwn(codecs, type) ? codecs[type] : undefined;
}

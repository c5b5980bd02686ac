import type { Static, TSchema } from 'typebox';
import type { Field, StoredValue } from '../store/models.ts';
import { type Accept, accepts, joined } from '../validation/accept.ts';
import { type Violation, violation } from '../validation/violation.ts';

/** Where a value is being decoded: for paths and for what depends on the field or the account. */
export interface Place {
  field: Field;
  timezone: string;
  /** Whether texts of any length are taken. */
  takesLongTexts: boolean;
  path: string;
  found: Violation[];
}

/** Decodes one element of `values` into the form in which it is read back. */
export interface Codec {
  decode(element: unknown, place: Place): StoredValue | undefined;
  /** How many elements a field of this type may hold. */
  max: number;
}

export function codec<S extends TSchema>(
  schema: S,
  store: (element: Static<S>, place: Place) => StoredValue | undefined,
  max = 1,
): Codec {
  const accept: Accept<Static<S>> = accepts(schema);
  return {
    max,
    decode(element, place) {
      const accepted = accept(element, place.found, place.path);
      return accepted === undefined ? undefined : store(accepted, place);
    },
  };
}

export function refuseChoice(place: Place, key: string): undefined {
  place.found.push(violation('NotSupportedChoice', joined(place.path, key)));
  return undefined;
}

import { emailKey } from '../../text/emails.ts';
import { phoneBucket } from '../../text/phones.ts';
import type { Entity } from '../shapes/entities.ts';
import { textsOf, valuesOf } from '../shapes/held-values.ts';
import type { HeldValue } from './contact-index.ts';

/** Kinds of values that are no custom field's own; ids of fields are positive. */
export const kinds = { phone: -1, email: -2 } as const;

/** Types of the custom fields whose values are indexed. */
const indexedTypes = new Set(['text', 'numeric', 'url']);
/** Characters of a value at most. Nobody is known by a longer one. */
const maxLength = 64;

/** Whether values of a custom field of this type are indexed. */
export function isIndexed(type: string): boolean {
  return indexedTypes.has(type);
}

/** All that a contact may be found by. */
export function heldBy(contact: Entity): HeldValue[] {
  const ofFields = (contact.custom_fields_values ?? []).flatMap(({ field_id: id, field_type: type = '', values }) =>
    id === undefined || !isIndexed(type) ? [] : textsOf(values).flatMap((text) => asHeld(id, text)),
  );
  return [
    ...valuesOf(contact, 'phone').flatMap((phone) => asHeld(kinds.phone, phone)),
    ...valuesOf(contact, 'email').flatMap((email) => asHeld(kinds.email, email)),
    ...ofFields,
  ];
}

/** The value in the form in which it is indexed; none where it is not. */
export function asHeld(kind: number, value: string): HeldValue[] {
  const text = normalize(kind, value.trim());
  return text === '' || text.length > maxLength ? [] : [{ kind, text }];
}

/** Equal for all that count as one value when a contact is verified. */
function normalize(kind: number, text: string): string {
  if (kind === kinds.phone) return phoneBucket(text);
  return kind === kinds.email ? emailKey(text) : text;
}

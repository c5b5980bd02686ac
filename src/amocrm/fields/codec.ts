import type { Message } from '../../messages/message.ts';
import type { FieldValue } from '../shapes/entities.ts';
import type { Field } from './field.ts';

export interface Codec {
  accepts: Message;
  /**
   * amoCRM's `values` for a caller's value; throws FieldError. `zone` is the account's time zone (IANA name) where
   * `needsZone` is set.
   */
  encode(value: unknown, field: Field, zone: string): FieldValue[];
  /** The plain value that stands in `fields`. */
  decode(values: readonly FieldValue[], field: Field | undefined, zone: string): unknown;
  needsZone?: true;
}

import type { Cached } from '../operation/cached.ts';
import type { Operation } from '../operation/operation.ts';
import type { FieldDirectory } from './directory.ts';

/** What reading and writing custom fields needs from the service layer, for one operation. */
export interface FieldTools {
  fields: FieldDirectory;
  /** The account's time zone: an IANA name or an offset. */
  timeZone: Cached<string>;
  operation: Operation;
}

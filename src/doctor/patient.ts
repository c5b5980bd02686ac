import type { DirectoryStatus } from '../amocrm/contact-directory/contact-directory.ts';
import type { FieldMap } from '../amocrm/fields/field-map.ts';
import type { Gate } from '../amocrm/gate.ts';

/** How an account is accessed, as far as the doctor looks at it. */
export type AccessFacts =
  | { kind: 'long-lived'; token: string | undefined }
  /** `issuedAt`: when the pair of tokens was issued, wall-clock milliseconds; undefined where there is none yet. */
  | { kind: 'oauth'; issuedAt: number | undefined };

/** What amoCRM has refused to do within the last hour. */
export interface Refusals {
  /** Answers 429. */
  tooMany: number;
  blocks: number;
}

/** What is to be known of the contact directory. Names as in its status. */
export interface DirectoryFacts extends Pick<DirectoryStatus, 'contacts' | 'isComplete' | 'scanned'> {
  isOn: boolean;
  /** What mending has found otherwise than the directory had it, since the account was opened. */
  mended: number;
}

/** What the doctor looks at of an account. */
export interface Patient {
  gate: Pick<Gate, 'read' | 'serverTime'>;
  fieldMap: FieldMap;
  access(): AccessFacts;
  directory(): DirectoryFacts;
  refusals(): Refusals;
}

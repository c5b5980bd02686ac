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

/** What the doctor looks at of an account. */
export interface Patient {
  gate: Pick<Gate, 'read' | 'serverTime'>;
  fieldMap: FieldMap;
  access(): AccessFacts;
  refusals(): Refusals;
}

import { fold } from '../../text/names.ts';
import type { FieldValues } from './entities.ts';

/** Identifies a custom field: by its id, or by its code alone. */
export interface FieldRef {
  id?: number | undefined;
  code?: string | null | undefined;
}

/** The reference in amoCRM's field values. */
export function refOf({ field_id, field_code }: FieldValues): FieldRef {
  return { id: field_id, code: field_code };
}

/** Whether two references mean the same field: by id, or by code where one of them has only a code. */
export function isSameField(a: FieldRef, b: FieldRef): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  return fold(a.code ?? '') !== '' && fold(a.code ?? '') === fold(b.code ?? '');
}

export type Channel = 'phone' | 'email';

/** Whether a field holds phones or e-mails: by its code, or by the caller's name for it where the code is unknown. */
export function channelOf({ code, alias }: FieldRef & { alias?: string }): Channel | undefined {
  const name = fold(code ?? alias ?? '');
  return name === 'phone' || name === 'email' ? name : undefined;
}

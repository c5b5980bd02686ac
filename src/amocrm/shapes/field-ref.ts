import { fold } from '../../text/names.ts';
import type { FieldValues } from './entities.ts';

/** What a custom field is known by: its id, or its code alone. */
export interface FieldRef {
  id?: number | undefined;
  code?: string | null | undefined;
}

/** The reference in a field's values as amoCRM takes and gives them. */
export function refOf({ field_id, field_code }: FieldValues): FieldRef {
  return { id: field_id, code: field_code };
}

/** Whether two references mean one field: by the ids, or by the codes where one of them is known by its code alone. */
export function isSameField(a: FieldRef, b: FieldRef): boolean {
  if (a.id !== undefined && b.id !== undefined) return a.id === b.id;
  return fold(a.code ?? '') !== '' && fold(a.code ?? '') === fold(b.code ?? '');
}

export type Channel = 'phone' | 'email';

/** Whether a field holds phones or e-mails: by its code, or by the caller's name for it where the code is not known. */
export function channelOf({ code, alias }: FieldRef & { alias?: string }): Channel | undefined {
  const name = fold(code ?? alias ?? '');
  return name === 'phone' || name === 'email' ? name : undefined;
}

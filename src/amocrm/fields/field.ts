import type { Message } from '../../messages/message.ts';
import type { ErrorCode } from '../../problems/catalogue.ts';
import type { Path } from '../../problems/problem.ts';
import type { Resolution } from '../operation/resolved.ts';
import type { FieldValue } from '../shapes/entities.ts';

export interface FieldOption {
  id: number;
  value: string;
  code: string | null;
}

/** A custom field as the service knows it, from the field map file, from amoCRM, or from both. */
export interface Field {
  /** Absent for phone, e-mail and website fields, which every account has: they are known by code only. */
  id?: number;
  /** Never blank. */
  code: string | null;
  name: string;
  /** amoCRM's name of the type, or one of the seed's (`multiphonemail`). */
  type: string;
  options: readonly FieldOption[];
  /** The caller's own name for it, from the field map file. */
  alias?: string;
}

/** Thrown when a name or a value of a custom field cannot be used. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly code: ErrorCode;
  /** The place in the caller's value; empty for the whole of it. */
  readonly place: Path;
  readonly text: Message;

  constructor(code: ErrorCode, text: Message, place: Path = []) {
    super(text.en);
    this.text = text;
    this.code = code;
    this.place = place;
  }
}

/** Whether the type is that of phones, e-mails and messengers: several values, each of a kind (`enum_code`). */
export function hasKinds({ type }: Field): boolean {
  return type === 'multitext' || type === 'multiphonemail';
}

/** amoCRM's reference to the field in a write. */
export function referTo({ id, code }: Field): { field_id: number } | { field_code: string | null } {
  return id === undefined ? { field_code: code } : { field_id: id };
}

/** The field, and those of its options that the values name, as the result of looking a name up. */
export function describeField({ id, code, name, options }: Field, values: readonly FieldValue[] = []): Resolution {
  const named = values.flatMap(({ enum_id }) => options.filter((option) => option.id === enum_id));
  return {
    ...(id === undefined ? {} : { id }),
    ...(code === null ? {} : { code }),
    name,
    ...(named.length === 0 ? {} : { options: named.map((option) => ({ id: option.id, name: option.value })) }),
  };
}

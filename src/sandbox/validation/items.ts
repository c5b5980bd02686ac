import { problem, Refused } from '../http/answer.ts';
import { isObject } from '../http/read-body.ts';
import { type Violation, wrongType } from './violation.ts';

export type Decode<T> = (item: Record<string, unknown>, found: Violation[], index: number) => T | undefined;

/**
 * Decodes every item of an array body; one bad item refuses the whole request.
 * More than 250 items: 422, https://developers.kommo.com/docs/http-codes
 */
export function decodeItems<T>(body: unknown, decode: Decode<T>, limit = 250): T[] {
  if (isEmpty(body)) throw new Refused(problem(400, 'Request data can not be empty'));
  if (!Array.isArray(body)) throw refusal([{ request_id: '0', errors: [wrongType('', 'array')] }]);
  if (body.length > limit) throw new Refused(problem(422, `Limit ${limit} per page`));
  const items: unknown[] = body;
  return decodeAll(items, decode);
}

/** The same for a bare object, as in PATCH /contacts/1. */
export function decodeOne<T>(body: unknown, decode: Decode<T>): T[] {
  if (isEmpty(body)) throw new Refused(problem(400, 'Request data can not be empty'));
  return decodeAll([body], decode);
}

/** Echoes what was sent, else the item's index as a string. */
export function requestId(item: unknown, index: number): string | number {
  const sent = isObject(item) ? item.request_id : undefined;
  return typeof sent === 'string' || typeof sent === 'number' ? sent : String(index);
}

function decodeAll<T>(items: unknown[], decode: Decode<T>): T[] {
  const failures: { request_id: string | number; errors: Violation[] }[] = [];
  const decoded: T[] = [];
  for (const [index, item] of items.entries()) {
    const found: Violation[] = [];
    const value = isObject(item) ? decode(item, found, index) : undefined;
    if (!isObject(item)) found.push(wrongType('', 'array'));
    if (found.length > 0) failures.push({ request_id: requestId(item, index), errors: found });
    else if (value !== undefined) decoded.push(value);
  }
  if (failures.length > 0) throw refusal(failures);
  return decoded;
}

export function refusal(failures: { request_id: string | number; errors: Violation[] }[]): Refused {
  return new Refused(problem(400, 'Request validation failed', { 'validation-errors': failures }));
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || (Array.isArray(body) ? body.length === 0 : isBare(body));
}

function isBare(body: unknown): boolean {
  return isObject(body) && Object.keys(body).length === 0;
}

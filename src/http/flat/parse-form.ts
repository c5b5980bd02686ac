import { setImmediate } from 'node:timers/promises';
import { requestMessages } from '../../messages/requests.ts';
import { Problem } from '../../problems/problem.ts';
import { refuseBeyondBounds } from '../body-bounds.ts';
import { largeFrom } from '../large-bodies.ts';

/**
 * A form (application/x-www-form-urlencoded) as a document. Repeated keys and `key[]` make lists, `custom_fields[Источник]`
 * makes an object; all values are text. Others get their turn in the course of a long one. Throws INVALID_REQUEST for keys
 * that contradict each other and beyond the bounds.
 */
export async function parseForm(text: string): Promise<Record<string, unknown>> {
  const document: Record<string, unknown> = {};
  let values = 0;
  for (const [index, part] of text.split('&').entries()) {
    if (index % largeFrom === largeFrom - 1) await setImmediate();
    if (part === '') continue;
    const middle = part.includes('=') ? part.indexOf('=') : part.length;
    values += 1;
    const place = placeOf(decoded(part.slice(0, middle)));
    refuseBeyondBounds(values, place.length);
    put(document, place, decoded(part.slice(middle + 1)));
  }
  return document;
}

/** `URLSearchParams` would put replacement characters where bytes are no UTF-8. */
function decoded(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new Problem('INVALID_REQUEST', requestMessages.badForm, { cause });
  }
}

/** The names in a key: `a[b][]` gives a, b and "". A key whose brackets do not match is one name. */
function placeOf(key: string): string[] {
  if (!key.includes('[')) return [key];
  const [, name, rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key) ?? [];
  if (name === undefined) return [key];
  return [name, ...rest.slice(1, -1).split('][')].slice(0, rest === '' ? 1 : undefined);
}

function put(document: Record<string, unknown>, place: readonly string[], value: string): void {
  const isListed = place.length > 1 && place.at(-1) === '';
  const names = isListed ? place.slice(0, -1) : place;
  const parent = names.slice(0, -1).reduce((within, name) => childOf(within, name), document);
  const name = names.at(-1) ?? '';
  refusePoison(name);
  const before = Object.hasOwn(parent, name) ? parent[name] : undefined;
  if (Array.isArray(before)) before.push(value);
  else if (before === undefined) parent[name] = isListed ? [value] : value;
  else if (typeof before === 'string') parent[name] = [before, value];
  else throw contradiction(name);
}

function childOf(parent: Record<string, unknown>, name: string): Record<string, unknown> {
  refusePoison(name);
  if (!Object.hasOwn(parent, name)) parent[name] = {};
  const child = parent[name];
  if (!isObject(child)) throw contradiction(name);
  return child;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusePoison(name: string): void {
  if (name === '__proto__' || name === 'constructor')
    throw new Problem('INVALID_REQUEST', requestMessages.forbiddenKey(name));
}

function contradiction(name: string): Problem {
  return new Problem('INVALID_REQUEST', requestMessages.valueAndObject(name));
}

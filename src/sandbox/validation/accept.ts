import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { Pointer } from 'typebox/value';
import { type Violation, violation, wrongType } from './violation.ts';

/** Narrows a value to its schema, or adds what is wrong with it to `found` and returns undefined. */
export type Accept<T> = (value: unknown, found: Violation[], at?: string) => T | undefined;

export function accepts<S extends TSchema>(schema: S): Accept<Static<S>> {
  const validator = Compile(schema);
  return (value, found, at = '') => {
    if (validator.Check(value)) return value;
    found.push(...explain(validator.Errors(value), value, at));
    return undefined;
  };
}

// The API answers in PHP's words: an object is an array there.
const TYPE_NAMES: Record<string, string> = { integer: 'int', boolean: 'bool', object: 'array', number: 'float' };

function explain(errors: TLocalizedValidationError[], value: unknown, at: string): Violation[] {
  const byPath = new Map<string, Violation>();
  for (const error of errors) {
    for (const each of toViolations(error, value, at)) {
      if (!byPath.has(each.path)) byPath.set(each.path, each);
    }
  }
  return [...byPath.values()];
}

function toViolations(error: TLocalizedValidationError, value: unknown, at: string): Violation[] {
  const path = joined(at, dotted(error.instancePath));
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map((key) => violation('FieldMissing', joined(path, key)));
  }
  if (error.keyword === 'additionalProperties') {
    return error.params.additionalProperties.map((key) => violation('FieldNotExpected', joined(path, String(key))));
  }
  if (isEcho(error)) return [];
  const actual = error.instancePath === '' ? value : Pointer.Get(value, error.instancePath);
  if (actual === null) return [violation('NotNullable', path)];
  if (error.keyword === 'type')
    return [wrongType(path, TYPE_NAMES[String(error.params.type)] ?? String(error.params.type))];
  return [violation('NotSupportedChoice', path)];
}

/** Errors that only repeat, for a union or a refused key, what another error says better. */
function isEcho(error: TLocalizedValidationError): boolean {
  if (error.keyword === 'type') return error.params.type === 'null';
  return error.keyword === 'boolean' || error.keyword === 'anyOf';
}

export function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('.');
}

function dotted(pointer: string): string {
  return pointer.split('/').slice(1).join('.');
}

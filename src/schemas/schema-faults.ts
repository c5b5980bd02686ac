import type { FastifySchemaValidationError } from 'fastify';
import { joined, type Message } from '../messages/message.ts';
import { paramMessages, paramTails } from '../messages/params.ts';
import { maxErrors } from '../problems/make-document.ts';
import type { Fault, Path } from '../problems/problem.ts';
import { cut, nearest } from '../text/names.ts';
import { partsOf } from './bracketed.ts';
import { type AjvFault, isValueTold, messageOf, namesOf } from './fault-words.ts';
import { explainCoercion } from './validator.ts';

/** A fault before it is told, for hints that know more of what was meant. */
export interface SchemaFault {
  path: Path;
  message: Message;
  /** `required`: missing; `unknown`: no such param; a type: the value has another. */
  kind?: 'required' | 'unknown' | 'integer' | 'type';
  /** The value, where the message says what it should be. */
  sent?: { value: unknown };
}

/** What is known beside the errors. */
export interface Reading {
  /** A better message for a fault; undefined where there is none. */
  hint?(fault: SchemaFault): Message | undefined;
  /** The value that the caller sent, where validation may have changed it. */
  sentAt?(path: Path): unknown;
}

/** A fault with what is wrong, as far as that matters to those who know more of the values. */
export type ValidationFault = Fault & Pick<SchemaFault, 'kind'>;

/** Far more than are reported; a body may have as many faults as values. */
export const mostFaults = 500;

/**
 * The validator's errors in words for people who have not seen the schema, with the value that was sent; the first 500.
 */
export function faultsOfValidation(
  errors: readonly FastifySchemaValidationError[],
  { hint, sentAt }: Reading = {},
): ValidationFault[] {
  const byPlace = new Map<string, ValidationFault>();
  for (const error of errors) {
    if (byPlace.size === mostFaults) break;
    if (!isForPeople(error)) continue;
    const { path, ...found } = toFault(error, byPlace.size < maxErrors);
    const hinted = hint?.({ path, ...found }) ?? found.message;
    // What was written as brackets in names has no place of its own in the document.
    const asSent = found.sent === undefined ? undefined : sentAt?.(path);
    const sent = asSent === undefined ? found.sent : { value: asSent };
    const message = sent === undefined ? hinted : joined([hinted, paramTails.sent(shown(sent.value))]);
    const kind = found.kind === undefined ? {} : { kind: found.kind };
    byPlace.set(JSON.stringify([path, message.en]), { path, message, code: 'INVALID_REQUEST', ...kind });
  }
  return [...byPlace.values()];
}

/** A value for a message. What a list or an object holds is not told. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `"${cut(value)}"`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? '[…]' : '{…}';
}

/** Keywords whose errors `x-coerce` of the same schema words itself. */
const explainedByCoercion = new Set(['type', 'enum', 'minimum', 'maximum']);

/** Not errors that `x-coerce`, an `enum` or the line of a whole `anyOf` explains better. */
function isForPeople({ keyword, schemaPath, parentSchema = {} }: AjvFault): boolean {
  if (/\/anyOf\/\d+\//.test(schemaPath) || keyword === 'discriminator') return false;
  if (keyword === 'type' && 'enum' in parentSchema) return false;
  return !('x-coerce' in parentSchema) || !explainedByCoercion.has(keyword);
}

function toFault(error: AjvFault, isShown: boolean): SchemaFault {
  const path = pathOf(error.instancePath);
  const { params, data } = error;
  const missing = [...path, String(params.missingProperty)];
  if (error.keyword === 'required') return { path: missing, message: paramMessages.required, kind: 'required' };
  if (error.keyword === 'dependentRequired') {
    return { path: missing, message: paramMessages.requiredWith(String(params.property)) };
  }
  if (error.keyword === 'additionalProperties') return strayProperty(path, error, isShown);
  if (error.keyword === 'not') return twoOfOne(path, error.parentSchema);
  if (error.keyword === 'anyOf') return { path, message: messageOf(error) };
  const coercion = explainCoercion(error);
  if (coercion !== undefined) {
    const { message, type } = coercion;
    const kind = type === undefined ? {} : { kind: type === 'integer' ? type : ('type' as const) };
    return { path, message, ...kind, sent: { value: data } };
  }
  return {
    path,
    message: messageOf(error),
    ...(error.keyword === 'type' ? { kind: params.type === 'integer' ? 'integer' : 'type' } : {}),
    ...(isValueTold(error) ? { sent: { value: data } } : {}),
  };
}

function strayProperty(path: Path, { params, parentSchema = {} }: AjvFault, isShown: boolean): SchemaFault {
  const name = String(params.additionalProperty);
  const place = [...path, name];
  const { properties, 'x-aliases': aliases, 'x-bracketed': word } = parentSchema;
  const [head = ''] = typeof word === 'string' ? (partsOf(name, word) ?? []) : [];
  const twin =
    Object.getOwnPropertyDescriptor(Object(aliases), name)?.value ??
    (Object.hasOwn(Object(properties), head) ? head : undefined);
  if (twin !== undefined) return { path: place, message: paramMessages.notBoth(String(twin), name) };
  const own = Object.keys(Object(properties)).join(', ');
  if (path.at(-1) === 'filter') return { path: place, message: paramMessages.noFilter(own) };
  if (path.at(-1) === 'order') return { path: place, message: paramMessages.noOrder(own) };
  const holder = Object.entries(Object(properties)).find(([, part]) => namesOf(Object(part)['x-holds']).includes(name));
  if (holder !== undefined) return { path: place, message: paramMessages.giveInPart(holder[0], name), kind: 'unknown' };
  // Near names are computed only for faults that are shown.
  const known = isShown ? Object.keys({ ...Object(properties), ...Object(aliases) }) : [];
  return { path: place, message: unknownParam(name, known), kind: 'unknown' };
}

/** A name and an id of the same thing; see `oneOfEach`. */
function twoOfOne(path: Path, parentSchema: Record<string, unknown> = {}): SchemaFault {
  const [name = '', id = ''] = namesOf(Object(parentSchema.not).required);
  return { path: [...path, id], message: paramMessages.notBoth(name, id) };
}

function unknownParam(name: string, known: readonly string[]): Message {
  const [near] = nearest(name, known);
  return near === undefined ? paramMessages.unknownParam(known.join(', ')) : paramMessages.unknownParamNear(near);
}

/** The keys of a JSON pointer; digits are list indexes. */
function pathOf(pointer: string): Path {
  const steps = pointer.split('/').slice(1);
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

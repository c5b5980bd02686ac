import type { FastifySchemaValidationError } from 'fastify';
import { maxErrors } from '../problems/make-document.ts';
import type { Fault, Path } from '../problems/problem.ts';
import { nearest } from '../text/names.ts';

interface AjvFault extends FastifySchemaValidationError {
  parentSchema?: Record<string, unknown>;
}

/** Far more than are reported; a body may have as many faults as values. */
export const mostFaults = 500;

/** The validator's errors in words for people who have not seen the schema; the first 500. */
export function faultsOfValidation(errors: readonly FastifySchemaValidationError[]): Fault[] {
  const byPlace = new Map<string, Fault>();
  for (const error of errors) {
    if (byPlace.size === mostFaults) break;
    if (!isForPeople(error)) continue;
    const fault = toFault(error, byPlace.size < maxErrors);
    byPlace.set(JSON.stringify([fault.path, fault.message]), fault);
  }
  return [...byPlace.values()];
}

/** Keywords whose errors `x-coerce` of the same schema words itself. */
const explainedByCoercion = new Set(['type', 'enum', 'minimum', 'maximum']);

/** Not errors that `x-coerce`, an `enum` or the line of a whole `anyOf` explains better. */
function isForPeople({ keyword, schemaPath, parentSchema = {} }: AjvFault): boolean {
  if (/\/anyOf\/\d+\//.test(schemaPath) || keyword === 'discriminator') return false;
  if (keyword === 'type' && 'enum' in parentSchema) return false;
  return !('x-coerce' in parentSchema) || !explainedByCoercion.has(keyword);
}

function toFault(error: AjvFault, isShown: boolean): Fault {
  const path = pathOf(error.instancePath);
  const { params } = error;
  if (error.keyword === 'required') return fault([...path, String(params.missingProperty)], 'is required');
  if (error.keyword === 'dependentRequired')
    return fault([...path, String(params.missingProperty)], `is required with ${params.property}`);
  if (error.keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    const { properties, 'x-aliases': aliases } = error.parentSchema ?? {};
    const twin = Object.getOwnPropertyDescriptor(Object(aliases), name)?.value;
    if (twin !== undefined) return fault([...path, name], `give ${twin} or ${name}, not both`);
    if (path.at(-1) === 'filter' || path.at(-1) === 'order') {
      return fault(
        [...path, name],
        `is no ${path.at(-1)} of this list; there are ${Object.keys(Object(properties)).join(', ')}`,
      );
    }
    // Near names are computed only for faults that are shown.
    const known = isShown ? Object.keys({ ...Object(properties), ...Object(aliases) }) : [];
    return fault([...path, name], unknownParam(name, known));
  }
  if (error.keyword === 'not') return fault(...twoOfOne(path, error.parentSchema));
  return fault(path, messageOf(error));
}

/** A name and an id of the same thing; see `oneOfEach`. */
function twoOfOne(path: Path, parentSchema: Record<string, unknown> = {}): [Path, string] {
  const [name, id] = namesOf(Object(parentSchema.not).required);
  return [[...path, id ?? ''], `give ${name} or ${id}, not both`];
}

const messages: Record<string, (error: AjvFault) => string> = {
  anyOf: ({ parentSchema }) => `needs at least one of ${alternatives(parentSchema?.anyOf).join(', ')}`,
  enum: ({ params }) => `must be one of ${listOf(params.allowedValues)}`,
  const: ({ params }) => `must be ${JSON.stringify(params.allowedValue)}`,
  pattern: ({ parentSchema, message }) => (parentSchema?.pattern === '\\S' ? 'must not be blank' : (message ?? '')),
};

function messageOf(error: AjvFault): string {
  return messages[error.keyword]?.(error) ?? error.message ?? 'is not valid';
}

function alternatives(anyOf: unknown): string[] {
  const branches: unknown[] = Array.isArray(anyOf) ? anyOf : [];
  return branches.flatMap((branch) => namesOf(Object(branch).required));
}

function namesOf(required: unknown): string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? [...new Set(values.map(String))].join(', ') : '';
}

function unknownParam(name: string, known: readonly string[]): string {
  const [near] = nearest(name, known);
  return near === undefined ? `is not a param; params: ${known.join(', ')}` : `is not a param; did you mean ${near}?`;
}

function fault(path: Path, message: string): Fault {
  return { path, message, code: 'INVALID_REQUEST' };
}

/** The keys of a JSON pointer; digits are list indexes. */
function pathOf(pointer: string): Path {
  const steps = pointer.split('/').slice(1);
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

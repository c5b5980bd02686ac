import { readFileSync } from 'node:fs';

/** The committed OpenAPI document, as far as the tests of the contract look into it. */

export interface Schema {
  [keyword: string]: unknown;
  type?: string | string[];
  title?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  dependentRequired?: Record<string, string[]>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  examples?: unknown[];
}

interface Media {
  schema: Schema;
  /** Those of failures by their codes. */
  examples?: Record<string, { value: { status?: number } } | Reference>;
}

interface Answer {
  /** Where it stands in the document. */
  pointer: string;
  headers?: Record<string, unknown>;
  content?: Record<string, Media>;
}

export interface Operation {
  /** As in `post /steps/amocrm_search`. */
  name: string;
  method: string;
  path: string;
  /** Schema of the request's JSON body. */
  body?: Schema;
  /** Names of the header, query and path parameters. */
  parameters: { name: string; in: string; schema: Schema }[];
  responses: Record<string, Answer>;
  /** Codes of failures that not every step has. */
  ownFailures: readonly string[];
}

interface Reference {
  $ref: string;
}

interface Described {
  parameters?: (Operation['parameters'][number] | Reference)[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Omit<Answer, 'pointer'> | Reference>;
  'x-failures'?: string[];
}

interface OpenApi {
  paths: Record<string, Record<string, Described>>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Operation['parameters'][number]>;
    responses: Record<string, Omit<Answer, 'pointer'>>;
    examples: Record<string, { value: { status?: number } }>;
  };
}

export const document: OpenApi = JSON.parse(
  readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
);

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => {
    const body = resolved(described.requestBody?.content['application/json']?.schema);
    const { parameters: shared } = document.components;
    const parameters = (described.parameters ?? []).map((part) => ('$ref' in part ? named(part, shared) : part));
    const responses = Object.entries(described.responses).map(([status, part]) => [
      status,
      answerOf(part, pointerTo('paths', path, method, 'responses', status)),
    ]);
    return {
      name: `${method} ${path}`,
      method,
      path,
      parameters,
      responses: Object.fromEntries(responses),
      ownFailures: described['x-failures'] ?? [],
      ...(body === undefined ? {} : { body }),
    };
  }),
);

function answerOf(part: Omit<Answer, 'pointer'> | Reference, pointer: string): Answer {
  if (!('$ref' in part)) return { ...part, pointer };
  return { ...named(part, document.components.responses), pointer: part.$ref };
}

/** The status that a failure with this code has by that response; undefined for a code that it does not tell of. */
export function statusOfCode({ content = {} }: Answer, code: string): number | undefined {
  const example = content['application/problem+json']?.examples?.[code];
  if (example === undefined) return undefined;
  return ('$ref' in example ? named(example, document.components.examples) : example).value.status;
}

/** What a reference among components of one kind leads to. */
function named<T>({ $ref }: Reference, components: Record<string, T>): T {
  const component = components[$ref.split('/').at(-1) ?? ''];
  if (component === undefined) throw new Error(`${$ref} leads nowhere`);
  return component;
}

export function pointerTo(...keys: string[]): string {
  return `#/${keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
}

/** With named variants in place as `oneOf`, so that who walks a request needs no references. */
function resolved(schema: Schema | undefined): Schema | undefined {
  if (schema === undefined) return undefined;
  const { schemas } = document.components;
  return JSON.parse(JSON.stringify(schema), (_key, part) => {
    if (typeof part?.$ref === 'string') return schemas[part.$ref.split('/').at(-1)];
    const branches: Schema[] = part?.allOf?.[0]?.anyOf ?? [];
    return branches.some(({ title }) => title !== undefined) ? { ...part, oneOf: branches } : part;
  });
}

/** Every code that a failure can have. */
export const codes: readonly string[] = (document.components.schemas.Problem?.properties?.code?.enum ?? []).map(String);

/** A property that a schema describes. */
export interface Property {
  /** As in `params(call_in).note_params.phone`, with the title of the alternative that it belongs to. */
  name: string;
  /** Keys and list places from the whole value down. */
  path: readonly (string | number)[];
  schema: Schema;
  required: boolean;
}

/** Second names of properties by alias, which the schema has as properties too, unlike `filter[id]` for `id`. */
export function aliasesOf(schema: Schema): [alias: string, name: string][] {
  return Object.entries<string>(Object(schema['x-aliases'])).filter(([alias]) => !alias.includes('['));
}

/** All properties that a schema describes, at any depth. */
export function propertiesOf(schema: Schema): Property[] {
  return [...walk(schema, everything, { name: '', path: [] })];
}

/** Those among them that the value has. */
export function propertiesIn(schema: Schema, value: unknown): Property[] {
  return [...walk(schema, value, { name: '', path: [] })];
}

/** Stands for a value that has every property. */
const everything = Symbol('everything');

function* walk(schema: Schema, value: unknown, at: Pick<Property, 'name' | 'path'>): Generator<Property> {
  const { properties = {}, required = [], items, oneOf = [] } = schema;
  for (const [key, part] of Object.entries(properties)) {
    const held = value === everything ? everything : ownValue(value, key);
    if (held === undefined) continue;
    const below = { name: at.name === '' ? key : `${at.name}.${key}`, path: [...at.path, key] };
    yield { ...below, schema: part, required: required.includes(key) };
    yield* walk(part, held, below);
  }
  const list: unknown[] = Array.isArray(value) ? value : value === everything ? [everything] : [];
  if (items !== undefined) {
    for (const [index, item] of list.entries()) {
      yield* walk(items, item, { name: `${at.name}[]`, path: [...at.path, index] });
    }
  }
  for (const branch of oneOf) {
    if (value !== everything && !isBranchOf(branch, value)) continue;
    yield* walk(branch, value, { name: `${at.name}(${branch.title ?? ''})`, path: at.path });
  }
}

/** Whether the value has the constants that tell this alternative from the others. */
function isBranchOf({ properties = {}, required = [] }: Schema, value: unknown): boolean {
  return Object.entries(properties).every(([key, { enum: constants }]) => {
    const held = ownValue(value, key);
    return constants === undefined || (held === undefined ? !required.includes(key) : constants.includes(held));
  });
}

function ownValue(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

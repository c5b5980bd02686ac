import { Type } from 'typebox';
import { fold, nearest, unlessBlank } from '../../text/names.ts';
import type { Gate } from '../gate.ts';
import { createCached } from '../operation/cached.ts';
import type { Operation } from '../operation/operation.ts';
import { readPages } from '../reads/pages.ts';
import { type EntityType, entityTypes } from '../shapes/entities.ts';
import { isSameField } from '../shapes/field-ref.ts';
import { reader } from '../shapes/hal.ts';
import { type Field, FieldError } from './field.ts';
import type { FieldMap } from './field-map.ts';

const maybeText = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const readPage = reader(
  Type.Object({
    _embedded: Type.Object({
      custom_fields: Type.Array(
        Type.Object({
          id: Type.Integer(),
          name: Type.String(),
          type: Type.String(),
          code: maybeText,
          enums: Type.Optional(
            Type.Union([
              Type.Array(Type.Object({ id: Type.Integer(), value: Type.String(), code: maybeText })),
              Type.Null(),
            ]),
          ),
        }),
      ),
    }),
  }),
  'a list of custom fields',
);

/** Fields that every contact and company has, known by code alone so that they need no discovery. */
const builtIn: Partial<Record<EntityType, readonly Field[]>> = Object.fromEntries(
  (['contacts', 'companies'] as const).map((entityType) => [
    entityType,
    [
      { alias: 'phone', code: 'PHONE', name: 'phone', type: 'multitext', options: [] },
      { alias: 'email', code: 'EMAIL', name: 'email', type: 'multitext', options: [] },
    ],
  ]),
);

/** Milliseconds between two discoveries that an unknown name asks for: a typo must not become a load on amoCRM. */
export const refreshEveryMs = 30_000;

export interface DirectoryOptions {
  gate: Gate;
  map: FieldMap;
  /** Milliseconds that discovered fields are kept. */
  ttlMs: number;
  /** Milliseconds that one discovery may take. */
  deadlineMs: number;
}

export type FieldDirectory = ReturnType<typeof createFieldDirectory>;

/** Finds custom fields by the names that people use. Source of the rules: the field map file first, then amoCRM. */
export function createFieldDirectory({ gate, map, ttlMs, deadlineMs }: DirectoryOptions) {
  const discoveries = Object.fromEntries(
    entityTypes.map((type) => [
      type,
      createCached((operation) => discover(gate, type, operation), { ttlMs, deadlineMs }),
    ]),
  );

  /** The fields that amoCRM has, with the file's word on each that it describes. */
  async function discovered(entityType: EntityType, operation: Operation, maxAgeMs = ttlMs): Promise<Field[]> {
    const found = (await discoveries[entityType]?.(operation, maxAgeMs)) ?? [];
    const described = new Map([...map.ifPresent, ...map.own[entityType]].map((field) => [field.id, field]));
    return found.map((field) => withDescription(field, described.get(field.id)));
  }

  /** The same, and what the file alone knows of. */
  async function all(entityType: EntityType, operation: Operation, maxAgeMs = ttlMs): Promise<Field[]> {
    const found = await discovered(entityType, operation, maxAgeMs);
    return [...found, ...map.own[entityType].filter(({ id }) => found.every((field) => field.id !== id))];
  }

  /** The field that a caller means; throws FieldError (UNKNOWN_FIELD, AMBIGUOUS_FIELD). */
  async function find(entityType: EntityType, key: string, operation: Operation): Promise<Field> {
    const known = pick(map.own[entityType], key, entityType) ?? pick(builtIn[entityType] ?? [], key, entityType);
    if (known !== undefined) return known;
    const field = pick(await all(entityType, operation), key, entityType);
    if (field !== undefined) return field;
    const fresh = await all(entityType, operation, refreshEveryMs);
    const late = pick(fresh, key, entityType);
    if (late === undefined) throw unknownField(key, entityType, fresh);
    return late;
  }

  /** The field with what amoCRM knows of it beside what the file says: options, and the code. */
  async function complete(entityType: EntityType, field: Field, operation: Operation): Promise<Field> {
    const fields = await all(entityType, operation, refreshEveryMs);
    return fields.find((candidate) => isSameField(candidate, field)) ?? field;
  }

  /** The caller's own name for a field of an answer, where the file or a short cut gives one; never asks amoCRM. */
  function aliasOf(entityType: EntityType, id: number | undefined, code: string | null | undefined): Field | undefined {
    const described = [...map.own[entityType], ...map.ifPresent].find((field) => field.id === id);
    return described ?? builtIn[entityType]?.find((field) => field.code === code);
  }

  /** Whether the field map file has an entry of that name. */
  function describes(entityType: EntityType, alias: string): boolean {
    return map.own[entityType].some((field) => fold(field.alias ?? '') === fold(alias));
  }

  return { discovered, find, complete, aliasOf, describes };
}

async function discover(gate: Gate, entityType: EntityType, operation: Operation): Promise<Field[]> {
  const fields: Field[] = [];
  for await (const page of readPages(gate.read, `${entityType}/custom_fields`, [['limit', '250']], operation)) {
    for (const { id, name, type, code, enums } of readPage(page)._embedded.custom_fields) {
      const options = (enums ?? []).map((option) => ({
        id: option.id,
        value: option.value,
        code: option.code ?? null,
      }));
      fields.push({ id, name, type, code: unlessBlank(code), options });
    }
  }
  return fields;
}

function withDescription(found: Field, described: Field | undefined): Field {
  if (described === undefined) return found;
  const listed = new Set(described.options.map(({ id }) => id));
  const options = [...described.options, ...found.options.filter(({ id }) => !listed.has(id))];
  return { ...described, code: described.code ?? found.code, name: found.name, options };
}

/** Names in the order in which they count; the first kind that matches decides. */
const namings: readonly ((field: Field) => string | null | undefined)[] = [
  ({ alias }) => alias,
  ({ code }) => code,
  ({ name }) => name,
  ({ id }) => (id === undefined ? undefined : String(id)),
];

function pick(fields: readonly Field[], key: string, entityType: EntityType): Field | undefined {
  const wanted = fold(key);
  for (const naming of namings) {
    const matches = fields.filter((field) => wanted !== '' && fold(naming(field) ?? '') === wanted);
    const [first] = matches;
    if (first === undefined) continue;
    if (matches.every((match) => isSameField(match, first))) return first;
    const ids = matches.map(({ id }) => id).join(', ');
    throw new FieldError('AMBIGUOUS_FIELD', `Several fields of ${entityType} are named "${key}"; use an id: ${ids}`);
  }
  return undefined;
}

function unknownField(key: string, entityType: EntityType, fields: readonly Field[]): FieldError {
  const names = [...fields, ...(builtIn[entityType] ?? [])].flatMap(({ alias, name }) => [alias ?? name, name]);
  const near = nearest(key, names);
  const shown = near.length > 0 ? near : [...new Set(names)].slice(0, 10);
  const lead = near.length > 0 ? 'did you mean' : 'there are';
  const list = shown.map((name) => `"${name}"`).join(', ');
  return new FieldError(
    'UNKNOWN_FIELD',
    `${entityType} have no field "${key}"; ${lead} ${list}${near.length > 0 ? '?' : ''}`,
  );
}

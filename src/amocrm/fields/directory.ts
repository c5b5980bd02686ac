import type { Timing } from '../../clock.ts';
import { fieldMessages } from '../../messages/fields.ts';
import { fold } from '../../text/names.ts';
import { createDirectory, type Directory } from '../directories/directory.ts';
import type { Gate } from '../gate.ts';
import type { Operation } from '../operation/operation.ts';
import type { EntityType } from '../shapes/entities.ts';
import { isSameField } from '../shapes/field-ref.ts';
import { discover } from './discover.ts';
import { type Field, FieldError } from './field.ts';
import type { FieldMap } from './field-map.ts';

const channels: readonly Field[] = [
  { alias: 'phone', code: 'PHONE', name: 'phone', type: 'multitext', options: [] },
  { alias: 'email', code: 'EMAIL', name: 'email', type: 'multitext', options: [] },
];
const website: Field = { alias: 'website', code: 'WEB', name: 'website', type: 'url', options: [] };

/** Fields that every contact and company has, known by code alone so that they need no discovery. */
const builtIn: Partial<Record<EntityType, readonly Field[]>> = {
  contacts: channels,
  companies: [...channels, website],
};

export interface FieldDirectoryOptions {
  gate: Gate;
  map: FieldMap;
  ttlMs: number;
  deadlineMs: number;
  /** Monotonic milliseconds. */
  clock: Timing;
}

export type FieldDirectory = ReturnType<typeof createFieldDirectory>;

/** Finds custom fields by name: in the field map file first, then in amoCRM. */
export function createFieldDirectory({ gate, map, ttlMs, deadlineMs, clock }: FieldDirectoryOptions) {
  const directories = {
    contacts: directoryOf('contacts'),
    leads: directoryOf('leads'),
    companies: directoryOf('companies'),
  };

  function directoryOf(entityType: EntityType): Directory<Field> {
    const described = new Map([...map.ifPresent, ...map.own[entityType]].map((field) => [field.id, field]));
    return createDirectory<Field>({
      load: async (operation) =>
        (await discover(gate, entityType, operation)).map((field) => withDescription(field, described.get(field.id))),
      known: [map.own[entityType], builtIn[entityType] ?? []],
      namings: [
        ({ alias }) => alias,
        ({ code }) => code,
        ({ name }) => name,
        ({ id }) => (id === undefined ? undefined : String(id)),
      ],
      isSame: isSameField,
      spellings: ({ alias, name }) => [alias ?? name, name],
      idOf: ({ id }) => id,
      refusedAt: gate.refusedAt,
      words: { unknown: fieldMessages.unknownField(entityType), ambiguous: fieldMessages.ambiguousField(entityType) },
      ttlMs,
      deadlineMs,
      clock,
    });
  }

  /** The fields that amoCRM has, each with what the file says of it. */
  async function discovered(entityType: EntityType, operation: Operation, maxAgeMs = ttlMs) {
    return directories[entityType].list(operation, maxAgeMs);
  }

  /** The fields by which names are found: those of the file first, whether amoCRM has them or not, then the others. */
  async function inUse(entityType: EntityType, operation: Operation): Promise<Field[]> {
    const fields = await directories[entityType].list(operation);
    const own = map.own[entityType];
    const ids = new Set(own.map(({ id }) => id));
    return [...own.map((field) => detailed(field, fields)), ...fields.filter(({ id }) => !ids.has(id))];
  }

  /** The field that a caller means; throws FieldError (UNKNOWN_FIELD, AMBIGUOUS_FIELD). */
  async function find(entityType: EntityType, key: string, operation: Operation): Promise<Field> {
    const found = await directories[entityType].find(key, operation);
    if ('thing' in found) return found.thing;
    throw new FieldError(found.why === 'unknown' ? 'UNKNOWN_FIELD' : 'AMBIGUOUS_FIELD', found.message);
  }

  /** The field of this id, if there is one. */
  async function byId(entityType: EntityType, id: number, operation: Operation): Promise<Field | undefined> {
    const own = map.own[entityType].find((field) => field.id === id);
    return own ?? (await directories[entityType].list(operation)).find((field) => field.id === id);
  }

  /** The field with options and code from amoCRM added to what the file says. */
  async function complete(entityType: EntityType, field: Field, operation: Operation): Promise<Field> {
    return detailed(field, await directories[entityType].list(operation));
  }

  /** The same after a refresh, for an unknown option. */
  async function refreshed(entityType: EntityType, field: Field, operation: Operation): Promise<Field> {
    return detailed(field, await directories[entityType].refresh(operation));
  }

  /** The entry of the file or a built-in field for a field of an answer, if any; never asks amoCRM. */
  function aliasOf(entityType: EntityType, id: number | undefined, code: string | null | undefined): Field | undefined {
    const described = [...map.own[entityType], ...map.ifPresent].find((field) => field.id === id);
    return described ?? builtIn[entityType]?.find((field) => field.code === code);
  }

  function describes(entityType: EntityType, alias: string): boolean {
    return map.own[entityType].some((field) => fold(field.alias ?? '') === fold(alias));
  }

  return { discovered, inUse, find, byId, complete, refreshed, aliasOf, describes };
}

function detailed(field: Field, fields: readonly Field[]): Field {
  return fields.find((candidate) => isSameField(candidate, field)) ?? field;
}

function withDescription(found: Field, described: Field | undefined): Field {
  if (described === undefined) return found;
  const listed = new Set(described.options.map(({ id }) => id));
  const options = [...described.options, ...found.options.filter(({ id }) => !listed.has(id))];
  return { ...described, code: described.code ?? found.code, name: found.name, options };
}

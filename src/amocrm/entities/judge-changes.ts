import { paramMessages } from '../../messages/params.ts';
import { type Fault, refuseFaults } from '../../problems/problem.ts';
import { fold } from '../../text/names.ts';
import type { Amo } from '../amo.ts';
import type { PathOf, Resolved } from '../directories/resolve.ts';
import { encodeFields } from '../fields/encode.ts';
import type { Field } from '../fields/field.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Entity, EntityType } from '../shapes/entities.ts';
import type { Changes, Following } from './merge-entity.ts';
import { inputsAt, inputsOf, pathsOf, type UpdateInput, type UpdateParams } from './update-inputs.ts';

/** What is special about the updates of an entity type, as data. */
export interface Updatable<T extends Entity> {
  entityType: EntityType;
  collection: Collection;
  /** The param that gives the id. */
  idParam: string;
  /** Attributes that are sent as they are given. */
  own: readonly string[];
  /** Params that give something by name or id. */
  named: readonly string[];
  /** The ids of those, in groups that are sent together, for an entity as it is now. */
  idsOf(amo: Amo, named: Readonly<Record<string, unknown>>, pathOf: PathOf, current: T): Promise<NamedIds>;
  /** What amoCRM has, checked. */
  parse(entity: Entity): T;
  following?: Following;
}

export interface NamedIds {
  groups: readonly Readonly<Record<string, Resolved>>[];
  faults: readonly Fault[];
}

/** Changes that have been judged, as far as that is possible without the entity. */
export interface PreparedChanges extends Changes {
  named: Readonly<Record<string, unknown>>;
  pathOf: PathOf;
}

/** Judges changes before it is known which entity they are for; throws their faults. */
export async function prepareChanges<T extends Entity>(amo: Amo, kind: Updatable<T>, params: UpdateParams) {
  const { changes, faults } = await judgeChanges(amo, kind, inputsOf(params));
  refuseFaults(faults);
  return changes;
}

/** Sorts changes by what they are, and finds the faults that show without the entity. */
export async function judgeChanges<T extends Entity>(
  amo: Amo,
  { entityType, own, named }: Updatable<T>,
  given: UpdateInput[],
) {
  const inputs = await withNested(amo, entityType, given);
  const plain = inputs.filter(({ isCustom }) => isCustom !== true);
  const isNote = ({ key }: UpdateInput) => key === 'notes' && !amo.fields.describes(entityType, 'notes');
  const isNamed = ({ key }: UpdateInput) => named.includes(key) || named.includes(key.replace(/_id$/, ''));
  const isOwn = ({ key }: UpdateInput) => own.includes(key);
  const isTags = ({ key }: UpdateInput) => key === 'tags';
  const isCustom = (input: UpdateInput) => ![isNote, isNamed, isOwn, isTags].some((is) => is(input));
  const custom = inputs.filter((input) => input.isCustom === true || isCustom(input));
  const { encoded, faults } = await encodeFields(amo, entityType, custom, { clear: true });
  const note = plain.find((input) => isNote(input) && input.value !== '');
  const changes: PreparedChanges = {
    own: plain.filter(isOwn),
    tags: plain.find(isTags),
    fields: encoded,
    note,
    named: Object.fromEntries(plain.filter(isNamed).map(({ key, value }) => [key, value])),
    pathOf: pathsOf(plain),
  };
  return { changes, faults: [...faults, ...noteFaults(note)] };
}

/**
 * `custom_fields` among the keys of `update_data` stands for custom fields as it does beside it, unless the account has a
 * field of that name.
 */
async function withNested(amo: Amo, entityType: EntityType, given: UpdateInput[]): Promise<UpdateInput[]> {
  const nested = given.find(({ key, value, isCustom }) => {
    return isCustom !== true && key === 'custom_fields' && typeof value === 'object' && !Array.isArray(value);
  });
  if (nested === undefined) return given;
  const known = await amo.fields.inUse(entityType, amo.operation);
  const isField = ({ alias, code, name }: Field) => [alias, code, name].some((own) => fold(own ?? '') === nested.key);
  if (known.some(isField)) return given;
  const within = inputsAt(nested.path, Object(nested.value)).map((input) => ({ ...input, isCustom: true }));
  return given.flatMap((input) => (input === nested ? within : [input]));
}

function noteFaults(note: UpdateInput | undefined): Fault[] {
  if (note === undefined || typeof note.value === 'number') return [];
  if (typeof note.value === 'string' && note.value.trim() !== '') return [];
  const message = typeof note.value === 'string' ? paramMessages.blank : paramMessages.wrongType('string');
  return [{ path: note.path, message, code: 'INVALID_REQUEST' }];
}

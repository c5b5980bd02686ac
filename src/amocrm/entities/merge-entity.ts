import type { Path } from '../../problems/problem.ts';
import { idOf, type Resolved, setIds } from '../directories/resolve.ts';
import type { EncodedField } from '../fields/encode.ts';
import { referTo } from '../fields/field.ts';
import { appendValues, isUnchanged, replaceValues } from '../fields/merge.ts';
import { addFields } from '../fields/written-fields.ts';
import type { WriteBody } from '../operation/write-log.ts';
import type { Entity } from '../shapes/entities.ts';
import type { Draft } from '../writes/draft.ts';
import type { Merged } from './change-item.ts';
import { missingTags } from './tagging/missing-tags.ts';
import type { UpdateInput } from './update-inputs.ts';
import type { MultiValue } from './update-params.ts';

/** The changes of an entity, sorted by what they are and judged. */
export interface Changes {
  own: readonly UpdateInput[];
  tags: UpdateInput | undefined;
  fields: readonly EncodedField[];
  note: UpdateInput | undefined;
}

/** Attributes that follow from others, as data. */
export interface Following {
  /** For an attribute the one that has the same value more precisely, where amoCRM tells it. */
  precise?: Readonly<Record<string, string>>;
  /** For an attribute those that amoCRM changes with it, without telling to what. */
  stale?: Readonly<Record<string, readonly string[]>>;
}

interface MergeOptions extends Following {
  /** The param that gave the entity's id. */
  idPath: Path;
  /** Ids that names came to, under amoCRM's names; what is in one group is sent whole if any of it differs. */
  ids: readonly Readonly<Record<string, Resolved>>[];
  multiValue: MultiValue;
}

/** What differs from the entity. The encoded fields that are given back hold the merged values. */
export function mergeEntity<T extends Entity>(
  entity: T,
  { own, tags, fields }: Changes,
  { idPath, ids, multiValue, precise = {}, stale = {} }: MergeOptions,
): Merged<T> & { fields: EncodedField[] } {
  const draft: Draft = {
    body: { id: entity.id },
    origins: [{ at: 'id', path: idPath, code: 'ENTITY_NOT_FOUND' }],
  };
  const current = new Map(Object.entries(entity));
  for (const { key, value, path } of own) {
    if ((current.get(precise[key] ?? key) ?? current.get(key)) === value) continue;
    draft.body[key] = value;
    draft.origins.push({ at: key, path });
  }
  setDiffering(draft, entity, ids);
  const newTags = addNewTags(draft, entity, tags);
  const merged = fields.map((encoded) => (multiValue === 'append' ? appendValues(encoded, entity) : encoded));
  const changed = merged.filter((encoded) => !isUnchanged(encoded, entity));
  addFields(draft, changed);
  const after = follow(apply(entity, draft, changed, newTags), draft, { precise, stale });
  return { draft, fields: merged, after };
}

/** The entity after a write, without what is no longer so. */
function follow<T extends Entity>(after: T, { body }: Draft, { precise = {}, stale = {} }: Following): T {
  const twins = Object.entries(precise).filter(([key, twin]) => key in body && twin in after);
  const followed = { ...after, ...Object.fromEntries(twins.map(([key, twin]) => [twin, body[key]])) };
  for (const key of Object.keys(body).flatMap((changed) => stale[changed] ?? [])) Reflect.deleteProperty(followed, key);
  return followed;
}

/** Adds the groups of ids in which the entity differs. */
export function setDiffering(
  draft: Draft,
  entity: Entity,
  groups: readonly Readonly<Record<string, Resolved>>[],
): void {
  const current = new Map(Object.entries(entity));
  for (const group of groups) {
    const ids = Object.entries(group).map(([key, resolved]) => ({ key, id: idOf(resolved) }));
    if (ids.some(({ key, id }) => id !== undefined && current.get(key) !== id)) setIds(draft, group);
  }
}

function addNewTags(draft: Draft, { _embedded }: Entity, tags: UpdateInput | undefined): string[] {
  const held = _embedded?.tags?.flatMap(({ name }) => name ?? []) ?? [];
  const wanted: unknown[] = Array.isArray(tags?.value) ? tags.value : [];
  const missing = missingTags(wanted.map(String), held);
  if (missing.length === 0 || tags === undefined) return [];
  draft.body.tags_to_add = missing.map((name) => ({ name }));
  draft.origins.push({ at: 'tags_to_add', path: tags.path });
  return missing;
}

function apply<T extends Entity>(entity: T, draft: Draft, fields: readonly EncodedField[], newTags: string[]): T {
  const { id: _, tags_to_add: __, custom_fields_values: ___, ...own } = draft.body;
  const tags = [...(entity._embedded?.tags ?? []), ...newTags.map((name) => ({ name }))];
  const custom_fields_values = replaceValues(entity.custom_fields_values ?? [], fields);
  return { ...entity, ...own, custom_fields_values, _embedded: { ...entity._embedded, tags } };
}

/** The caller's keys whose values one of the bodies holds. */
export function sentKeys(
  bodies: readonly WriteBody[],
  { own, tags, fields }: Changes,
  ids: readonly Readonly<Record<string, Resolved>>[],
): string[] {
  const isIn = (key: string) => bodies.some((body) => key in body);
  const named = ids.flatMap(Object.entries<Resolved>).flatMap(([at, resolved]) => {
    return resolved !== undefined && isIn(at) ? [String(resolved.path.at(-1))] : [];
  });
  const sent = bodies.flatMap(({ custom_fields_values: list }) => (Array.isArray(list) ? list.map(Object) : []));
  const isFieldSent = ({ field }: EncodedField) =>
    sent.some((value) => Object.entries(referTo(field)).every(([key, id]) => value[key] === id));
  return [
    ...own.filter(({ key }) => isIn(key)).map(({ key }) => key),
    ...new Set(named),
    ...(tags !== undefined && isIn('tags_to_add') ? [tags.key] : []),
    ...fields.filter(isFieldSent).map(({ input }) => input.key),
  ];
}

import { Type } from 'typebox';
import { checkOf } from '../../../schemas/check.ts';
import { fold } from '../../../text/names.ts';
import type { Amo } from '../../amo.ts';
import { ownPath, type PathOf } from '../../directories/resolve.ts';
import type { Entity } from '../../shapes/entities.ts';
import type { Draft } from '../../writes/draft.ts';
import { changeItem } from '../change-item.ts';
import { collections } from '../collections.ts';
import { readReferred } from '../references.ts';
import { missingTags } from './missing-tags.ts';
import type { TagsOfEntity } from './params.ts';

/** What of the tags is sent under which key of amoCRM, for an entity that holds these. */
interface TagChange {
  key: 'tags_to_add' | 'tags_to_delete';
  differing(tags: readonly string[], held: readonly string[]): string[];
}

const additions: TagChange = {
  key: 'tags_to_add',
  differing: missingTags,
};

const removals: TagChange = {
  key: 'tags_to_delete',
  differing(tags, held) {
    const byFolded = Map.groupBy(held, fold);
    return tags.flatMap((tag) => (held.includes(tag) ? [tag] : (byFolded.get(fold(tag)) ?? [])));
  },
};

const isTags = checkOf(Type.Array(Type.Object({ name: Type.String() }))).accepts;

/**
 * Puts tags on an entity; amoCRM makes those that it does not know. Only what is missing in every spelling is sent. Errors:
 * ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes. Source: developers' reference, tags (`tags_to_add`).
 */
export async function addTags(amo: Amo, params: TagsOfEntity, pathOf: PathOf = ownPath) {
  const { changed: added, ...told } = await changeTags(amo, additions, params, pathOf);
  return { ...told, added };
}

/**
 * Takes tags off an entity, in another spelling (case, outer spaces) where it has none in the one given. Only what is
 * there is sent. Errors: as `addTags`. Source: developers' reference, tags (`tags_to_delete`).
 */
export async function removeTags(amo: Amo, params: TagsOfEntity) {
  const { changed: removed, ...told } = await changeTags(amo, removals, params, ownPath);
  return { ...told, removed };
}

async function changeTags(
  amo: Amo,
  { key, differing }: TagChange,
  { entity_type, entity_id, tags }: TagsOfEntity,
  pathOf: PathOf,
) {
  const tagged = { entityType: entity_type, id: entity_id, path: pathOf('entity_id') };
  return amo.locks([`${entity_type} ${entity_id}`], amo.operation, async () => {
    const { isWritten, bodies } = await changeItem<Entity>(amo, {
      collection: collections[entity_type],
      id: entity_id,
      read: (operation) => readReferred({ ...amo, operation }, tagged),
      async merge(entity) {
        const held = entity._embedded?.tags?.flatMap(({ name }) => name ?? []) ?? [];
        return { draft: draftOf(entity_id, key, [...new Set(differing(tags, held))], pathOf), after: entity };
      },
    });
    const sent = bodies.flatMap(({ [key]: list }) => (isTags(list) ? list.map(({ name }) => name) : []));
    return { tags, updated: isWritten, changed: [...new Set(sent)] };
  });
}

function draftOf(id: number, key: TagChange['key'], names: readonly string[], pathOf: PathOf): Draft {
  const origins: Draft['origins'] = [
    { at: 'id', path: pathOf('entity_id'), code: 'ENTITY_NOT_FOUND' },
    { at: key, path: pathOf('tags') },
  ];
  return { body: { id, ...(names.length === 0 ? {} : { [key]: names.map((name) => ({ name })) }) }, origins };
}

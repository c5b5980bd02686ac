import { Type } from 'typebox';
import { entityMessages } from '../../../messages/entities.ts';
import { ruleOf } from '../../../schemas/rules.ts';
import type { Amo } from '../../amo.ts';
import type { Collection } from '../../shapes/collection.ts';
import type { ParentType } from '../../shapes/entities.ts';
import type { Draft } from '../../writes/draft.ts';
import { writeItem } from '../write-item.ts';
import type { NewTag } from './params.ts';

export const Tag = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'The id in amoCRM.' }),
    name: Type.String({ description: 'The name.' }),
    color: Type.Optional(
      Type.Union([Type.String(), Type.Null()], { description: 'The colour; only leads have some.' }),
    ),
  },
  { additionalProperties: true, title: 'Tag', description: 'A tag as amoCRM has it.' },
);

/** The tags of all entities of a type. A name that is there already answers with its id. */
export function tagsOf(entityType: ParentType): Collection {
  return {
    path: `${entityType}/tags`,
    list: 'tags',
    posts: 'upsert',
    mark: 'name',
    lookQuery: [],
    notCompared: [],
    links: [],
  };
}

/** Only tags of leads have colours. */
export const colorRule = ruleOf<Pick<NewTag, 'color' | 'entity_type'>>(
  ['color', 'entity_type'],
  ({ color, entity_type = 'leads' }) => {
    if (color === undefined || entity_type === 'leads') return [];
    return [{ path: ['color'], message: entityMessages.colorOfLeadTags(entity_type), code: 'INVALID_REQUEST' }];
  },
);

/**
 * Makes a tag; one of that name that is there already is the answer. Errors: AMOCRM_REJECTED, those of
 * writes. Source: developers' reference, tags (`POST /api/v4/{entity_type}/tags`).
 */
export async function createTag(amo: Amo, { name, color, entity_type = 'leads' }: NewTag) {
  const draft: Draft = {
    body: { name, ...(color === undefined ? {} : { color: color.replace('#', '').toUpperCase() }) },
    origins: ['name', 'color'].map((at) => ({ at, path: [at] })),
  };
  const answer = await writeItem(amo, { method: 'POST', collection: tagsOf(entity_type), draft });
  return { tag: { name, ...answer }, tag_id: answer.id };
}

import { type Static, Type } from 'typebox';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { Filter, ids, paging, query, text } from '../../../schemas/list-params.ts';
import type { Amo } from '../../amo.ts';
import { listReader, parentTypes } from '../../shapes/entities.ts';
import { readList } from '../list.ts';
import { byParam, joinFilters } from '../list-filter.ts';
import { Tag, tagsOf } from './tags.ts';

const name = text('The whole name of the tag.', 'VIP');

/** Source: developers' reference, tags. amoCRM documents no order of this list. */
export const tagListParams = {
  entity_type: Type.Optional(
    EntityTypeOf(parentTypes, 'Whose tags: each entity type has tags of its own.', { default: 'leads' }),
  ),
  ...paging,
  ...query,
  name,
  filter: Filter({ id: ids('Ids.', 263807), name }),
};
const TagListParams = Type.Object(tagListParams);

const read = listReader(Tag);

/** A page of the tags of an entity type. Errors: INVALID_REQUEST, those of `readList`. */
export async function listTags(amo: Amo, { entity_type = 'leads', ...asked }: Static<typeof TagListParams>) {
  const filter = joinFilters(asked.filter, byParam('name', asked.name));
  const { path, list } = tagsOf(entity_type);
  return { ...(await readList(amo, { path, list, read }, { ...asked, filter })), entity_type };
}

import { type Static, Type } from 'typebox';
import { refuseFaults } from '../../../problems/problem.ts';
import { Id } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import type { Amo } from '../../amo.ts';
import { listReader, type ParentType, parentTypes } from '../../shapes/entities.ts';
import { readWholeList } from '../list.ts';
import { goneReferences } from '../references.ts';
import { linkedTypes } from './params.ts';

export const linkListParams = {
  entity_type: EntityTypeOf(parentTypes, 'What is linked.', { examples: ['leads'] }),
  entity_id: Id('The id of what is linked; it must exist.', 67890),
  to_entity_type: Type.Optional(
    EntityTypeOf(linkedTypes, 'Links to entities of this type alone.', { examples: ['contacts'] }),
  ),
};
const LinkListParams = Type.Object(linkListParams);

const maybe = { additionalProperties: true };
export const Link = Type.Object(
  {
    to_entity_id: Type.Integer({ description: 'The id of what it is linked to.' }),
    to_entity_type: Type.String({ description: 'The type of what it is linked to.' }),
    metadata: Type.Optional(
      Type.Union(
        [
          Type.Object(
            {
              main_contact: Type.Optional(Type.Boolean({ description: 'Whether the contact is the main one.' })),
              catalog_id: Type.Optional(Type.Integer({ description: 'The list that an element stands in.' })),
              quantity: Type.Optional(Type.Number({ description: 'How many of an element.' })),
              price_id: Type.Optional(
                Type.Union([Type.Integer(), Type.Null()], { description: 'The field with the price that counts.' }),
              ),
            },
            maybe,
          ),
          Type.Null(),
        ],
        { description: 'What amoCRM keeps of the link.' },
      ),
    ),
  },
  { ...maybe, title: 'Link', description: 'A link as amoCRM has it.' },
);

const read = listReader(Link);

/** All links of an entity; none where there is no such entity. Errors: those of reads. */
export function readLinks(amo: Amo, entityType: ParentType, id: number) {
  return readWholeList(amo, { path: `${entityType}/${id}/links`, list: 'links', read, mayBeAbsent: true });
}

/**
 * What an entity is linked to. amoCRM filters by a type only together with an id, so the type is chosen here. Errors:
 * ENTITY_NOT_FOUND, those of reads. Source: developers' reference, links of entities.
 */
export async function listLinks(amo: Amo, { entity_type, entity_id, to_entity_type }: Static<typeof LinkListParams>) {
  const { items } = await readLinks(amo, entity_type, entity_id);
  // An entity without links and one that is not there are answered alike.
  const reference = { entityType: entity_type, id: entity_id, path: ['entity_id'] };
  if (items.length === 0) refuseFaults(await goneReferences(amo, [reference]));
  const wanted = items.filter((link) => to_entity_type === undefined || link.to_entity_type === to_entity_type);
  return { items: wanted, count: wanted.length };
}

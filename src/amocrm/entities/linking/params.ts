import { type Static, Type } from 'typebox';
import { Decimal, Id } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { catalog } from '../../../schemas/named.ts';
import { parentTypes } from '../../shapes/entities.ts';

/** What links lead to. */
export const linkedTypes = [...parentTypes, 'catalog_elements'] as const;
export type LinkedType = (typeof linkedTypes)[number];

export const unlinkParams = {
  entity_type: EntityTypeOf(parentTypes, 'What is linked.', { examples: ['leads'] }),
  entity_id: Id('The id of what is linked; it must exist.', 67890),
  to_entity_type: EntityTypeOf(
    linkedTypes,
    'What it is linked to, `catalog_elements` being elements of a list. Of two entities the order does not matter.',
    { examples: ['contacts'] },
  ),
  to_entity_id: Id('The id of what it is linked to; it must exist.', 12347),
  ...catalog,
};
const UnlinkParams = Type.Object(unlinkParams);
export type UnlinkParams = Static<typeof UnlinkParams>;

export const linkParams = {
  ...unlinkParams,
  is_main: Type.Optional(
    Type.Boolean({
      description: 'Whether the contact becomes the main one; only for a contact of a lead or customer.',
      examples: [true],
    }),
  ),
  quantity: Type.Optional(
    Decimal('How many of an element; only for elements of a list.', {
      minimum: 0.001,
      maximum: 1_000_000_000,
      examples: [2],
    }),
  ),
  price_id: Type.Optional(Id('The id of the field with the price that counts; only for elements of a list.', 523402)),
};
const LinkParams = Type.Object(linkParams);
export type LinkParams = Static<typeof LinkParams>;

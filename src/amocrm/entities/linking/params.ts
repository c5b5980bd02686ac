import { type Static, Type } from 'typebox';
import { Id } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { parentTypes } from '../../shapes/entities.ts';

export const unlinkParams = {
  entity_type: EntityTypeOf(parentTypes, 'What is linked.', { examples: ['leads'] }),
  entity_id: Id('The id of what is linked; it must exist.', 67890),
  to_entity_type: EntityTypeOf(parentTypes, 'What it is linked to; the order of the two does not matter.', {
    examples: ['contacts'],
  }),
  to_entity_id: Id('The id of what it is linked to; it must exist.', 12347),
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
};
const LinkParams = Type.Object(linkParams);
export type LinkParams = Static<typeof LinkParams>;

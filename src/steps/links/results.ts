import { Type } from 'typebox';
import { parentTypes } from '../../amocrm/shapes/entities.ts';

const type = (description: string) => Type.Enum([...parentTypes], { type: 'string', description });

/** The two ends of a link, as they were given. */
export const ends = {
  entity_type: type('The type of the first.'),
  entity_id: Type.Integer({ description: 'The id of the first.', examples: [67890] }),
  to_entity_type: type('The type of the other.'),
  to_entity_id: Type.Integer({ description: 'The id of the other.', examples: [12347] }),
};

import { Type } from 'typebox';
import { linkedTypes } from '../../amocrm/entities/linking/params.ts';
import { parentTypes } from '../../amocrm/shapes/entities.ts';

/** The two ends of a link, as they were given. */
export const ends = {
  entity_type: Type.Enum([...parentTypes], { type: 'string', description: 'The type of the first.' }),
  entity_id: Type.Integer({ description: 'The id of the first.', examples: [67890] }),
  to_entity_type: Type.Enum([...linkedTypes], { type: 'string', description: 'The type of the other.' }),
  to_entity_id: Type.Integer({ description: 'The id of the other.', examples: [12347] }),
};

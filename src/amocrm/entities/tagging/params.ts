import { type Static, Type } from 'typebox';
import { Id, Text } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { parentTypes } from '../../shapes/entities.ts';

/** The colours that amoCRM has for tags of leads. Source: developers' reference, tags. */
const colours = [
  ...[
    'EBEBEB',
    'D0D0D0',
    'F2DDF7',
    'D1A4DC',
    'FF8F92',
    'FFC8C8',
    'C7DB8C',
    'DDEBB5',
    '8699DA',
    'AABDFF',
    'FFCE5A',
    'FFE193',
  ],
  ...['90CDB0', 'C6F4DE', 'A9A5D7', 'D8D5FF', '86C0FC', '832161', '6A0F49', '0C7C59', '10599D', '9D2B32', '247BA0'],
];

/** Each letter in both sizes: a schema's pattern has no flags. */
const anyCase = colours.join('|').replaceAll(/[A-F]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);

export const newTag = {
  name: Text('The name of the tag.', { maxLength: 255, examples: ['Telegram'] }),
  color: Type.Optional(
    Type.String({
      pattern: `^#?(${anyCase})$`,
      description: `The colour, for tags of leads alone, with or without \`#\`: ${colours.join(', ')}.`,
      examples: ['DDEBB5'],
    }),
  ),
  entity_type: Type.Optional(
    EntityTypeOf(parentTypes, 'What the tag is for: each entity type has tags of its own.', {
      default: 'leads',
      examples: ['leads'],
    }),
  ),
};
const NewTag = Type.Object(newTag);
export type NewTag = Static<typeof NewTag>;

export const tagsOfEntity = {
  entity_type: EntityTypeOf(parentTypes, 'What the tags stand on.', { examples: ['leads'] }),
  entity_id: Id('The id of the lead, contact, company or customer; it must exist.', 67890),
  tags: Type.Array(Text('A tag name.', { maxLength: 255, examples: ['Telegram'] }), {
    minItems: 1,
    maxItems: 100,
    description: 'Tag names.',
    examples: [['Telegram', 'VIP']],
  }),
};
const TagsOfEntity = Type.Object(tagsOfEntity);
export type TagsOfEntity = Static<typeof TagsOfEntity>;

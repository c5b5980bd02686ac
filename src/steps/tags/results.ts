import { Type } from 'typebox';

/** What both steps that change the tags of an entity tell. */
export const changedTags = {
  tags: Type.Array(Type.String(), { description: 'The tags that were given.', examples: [['Telegram', 'VIP']] }),
  updated: Type.Boolean({ description: 'Whether anything was written.' }),
};

import { Type } from 'typebox';

/** What both steps that change the tags of an entity tell. */
export const changedTags = {
  tags: Type.Array(Type.String(), { description: 'The tags that were given.', examples: [['Telegram', 'VIP']] }),
  updated: Type.Boolean({ description: 'Whether anything was written.' }),
};

/** Those among the tags that have changed anything. */
export function tagsThat(description: string) {
  return Type.Array(Type.String(), { description, examples: [['VIP']] });
}

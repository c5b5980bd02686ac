import type { Collection } from '../../shapes/collection.ts';

export const tasks: Collection = {
  path: 'tasks',
  list: 'tasks',
  mark: 'text',
  lookQuery: [],
  notCompared: ['responsible_user_id', 'duration'],
  links: [],
};

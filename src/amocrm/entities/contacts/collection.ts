import type { Collection } from '../../shapes/collection.ts';

export const contacts: Collection = {
  path: 'contacts',
  list: 'contacts',
  mark: 'name',
  lookQuery: [],
  notCompared: ['responsible_user_id'],
  links: ['companies'],
};

import type { Collection } from '../../shapes/collection.ts';

export const customers: Collection = {
  path: 'customers',
  list: 'customers',
  mark: 'name',
  lookQuery: [],
  notCompared: ['responsible_user_id'],
  links: [],
};

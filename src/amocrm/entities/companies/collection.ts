import type { Collection } from '../../shapes/collection.ts';

export const companies: Collection = {
  path: 'companies',
  list: 'companies',
  mark: 'name',
  lookQuery: [],
  notCompared: ['responsible_user_id'],
  links: [],
};

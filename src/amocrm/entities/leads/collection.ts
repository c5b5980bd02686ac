import type { Collection } from '../../shapes/collection.ts';

export const leads: Collection = {
  path: 'leads',
  list: 'leads',
  mark: 'name',
  lookQuery: [['with', 'contacts']],
  // amoCRM's robots may move a new lead to another status at once.
  notCompared: ['status_id', 'pipeline_id', 'responsible_user_id'],
  links: ['contacts', 'companies'],
};

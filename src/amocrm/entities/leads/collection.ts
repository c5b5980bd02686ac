import type { Collection } from '../../shapes/collection.ts';

export const leads: Collection = {
  path: 'leads',
  list: 'leads',
  mark: 'name',
  lookQuery: [['with', 'contacts']],
  // Robots move a new lead on at once.
  notCompared: ['status_id', 'pipeline_id', 'responsible_user_id'],
  links: ['contacts', 'companies'],
};

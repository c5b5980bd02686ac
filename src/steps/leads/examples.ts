import { sourceFieldExample } from '../contacts/examples.ts';

export const readLeadExample = {
  id: 67890,
  name: 'Важная сделка',
  price: 150000,
  pipeline_id: 1,
  status_id: 1003,
  responsible_user_id: 9000001,
  created_at: 1_790_000_000,
  updated_at: 1_790_000_000,
  closed_at: null,
  is_deleted: false,
  custom_fields_values: null,
  fields: {},
  _embedded: { tags: [], companies: [] },
};

export const createdLeadExample = {
  id: 10185151,
  name: 'Важная сделка',
  price: 150000,
  pipeline_id: 1,
  status_id: 1003,
  custom_fields_values: [sourceFieldExample],
  fields: { source: 'Telegram' },
  _embedded: { contacts: [{ id: 12345, is_main: true }] },
};

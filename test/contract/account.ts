import type { Schema } from './document.ts';

/** Ids of the sandbox's account, and one of nobody at the end of some. Most that chance would name do not exist. */
const knownIds: Record<string, unknown[]> = {
  lead_id: [67890, '67890', 404],
  contact_id: [12345, '12346', 404],
  company_id: [33001, '33002', 404],
  entity_id: [12345, '67890', 33001],
  to_entity_id: [12345, '33001', 98001, 552001],
  pipeline_id: [1, '1', 404],
  status_id: [143, '142', 404],
  responsible_user_id: [8000001, '8000002', 404],
  pipeline: ['Продажи', 'повторные продажи ', '7202', 'нет такой'],
  status: ['lost', 'won', 'Закрыто и не реализовано', 'Первичный контакт', 'нет такого'],
  user: ['Ольга Лебедева', 'нет такого'],
  user_id: [8000001, '8000002', 404],
  responsible_user: ['Ольга Лебедева', 'BOT@severny-veter.example', 'нет такого'],
  loss_reason: ['Дорого', 'нет такой'],
  loss_reason_id: [501, '502'],
  catalog: ['Товары', 'нет такого'],
  catalog_id: [5502, '5503', 404],
  task_type: ['call', 'Встреча', 'нет такого'],
  task_type_id: [1, '2'],
  complete_till: ['2030-12-31', 1_900_000_000, '2030-12-31T18:30:00+03:00', '1900000000', '31.12.2030'],
};

/** Params that take a name, where another takes the id. */
export const namedParams = Object.keys(knownIds).filter((name) => `${name}_id` in knownIds);

/** A list of names, or a schema of lists: a filter takes several ids under such a key. */
function isListOf(value: Schema | unknown[]): boolean {
  return Array.isArray(value) || [value.type].flat().includes('array');
}

/** Params of lists that say what a key of `filter` says too. */
export const filteredBy: Record<string, string> = {
  pipeline: 'pipeline_id',
  pipeline_id: 'pipeline_id',
  status: 'statuses',
  status_id: 'statuses',
  responsible_user: 'responsible_user_id',
  responsible_user_id: 'responsible_user_id',
  entity_type: 'entity_type',
  entity_id: 'entity_id',
  note_type: 'note_type',
  is_completed: 'is_completed',
  task_type: 'task_type',
  task_type_id: 'task_type',
  updated_at: 'updated_at',
  name: 'name',
};

/** Params of which a request has one at most. */
export const exclusive: readonly (readonly [string, string])[] = [
  ...namedParams.map((name) => [name, `${name}_id`] as const),
  ['complete_till', 'complete_in'],
  ['contact', 'contact_id'],
  ['company', 'company_id'],
];

/** Whose fields are meant, in one of three ways. */
export const owners = ['entity_type', 'catalog', 'catalog_id'] as const;

/** A request's schema narrowed to them. */
export function withKnownIds(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key in knownIds && !isListOf(value) && value.enum === undefined ? { ...value, enum: knownIds[key] } : value,
  );
}

export const readTaskExample = {
  id: 76001,
  text: 'Согласовать смету по телефону',
  complete_till: 1_790_086_400,
  is_completed: false,
  task_type_id: 1,
  entity_type: 'leads',
  entity_id: 67896,
  duration: 0,
  result: null,
  responsible_user_id: 8000001,
  created_at: 1_790_000_000,
  updated_at: 1_790_000_000,
};

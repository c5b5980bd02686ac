import type { TaskRow } from './plant.ts';

export const TASKS: TaskRow[] = [
  {
    id: 76001,
    entity_type: 'leads',
    entity_id: 67896,
    task_type_id: 1,
    text: 'Согласовать смету по телефону',
    daysAgo: 9,
    inDays: 1,
  },
  {
    id: 76002,
    entity_type: 'leads',
    entity_id: 67896,
    task_type_id: 2,
    text: 'Показать черновик',
    result: { text: 'Понравился' },
    daysAgo: 2,
    inDays: -1,
  },
];

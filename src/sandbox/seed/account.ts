import type { Account, LossReason, Pipeline, Status, User } from '../store/models.ts';

const JANUARY = 1_735_722_000;

export const ACCOUNT: Account = {
  id: 31415926,
  name: 'Студия «Северный ветер»',
  subdomain: 'sandbox',
  created_at: JANUARY,
  timezone: 'Europe/Moscow',
  current_user_id: 8000001,
};

/** Of a user who is not the integration's. */
export const SOMEBODY_ID = 8000002;

export const USERS: User[] = [
  { id: 8000001, name: 'Интеграция бота', email: 'bot@severny-veter.example', is_admin: true },
  { id: SOMEBODY_ID, name: 'Ольга Лебедева', email: 'lebedeva@severny-veter.example', is_admin: true },
  { id: 8000003, name: 'Денис Корнеев', email: 'korneev@severny-veter.example', is_admin: false },
];

export const PIPELINES: Pipeline[] = [
  {
    id: 1,
    name: 'Продажи',
    sort: 1,
    is_main: true,
    is_unsorted_on: true,
    is_archive: false,
    statuses: stages([1001, 'Неразобранное'], [1002, 'Первичный контакт'], [1003, 'Переговоры'], [1004, 'Договор']),
  },
  {
    id: 7202,
    name: 'Повторные продажи',
    sort: 2,
    is_main: false,
    is_unsorted_on: true,
    is_archive: false,
    statuses: stages([7211, 'Неразобранное'], [7212, 'Напомнили о себе'], [7213, 'Смета отправлена']),
  },
];

export const LOSS_REASONS: LossReason[] = [
  { id: 501, name: 'Дорого', sort: 10, created_at: JANUARY },
  { id: 502, name: 'Пропала потребность', sort: 20, created_at: JANUARY },
  { id: 503, name: 'Выбрали других', sort: 30, created_at: JANUARY },
];

function stages(...open: [number, string][]): Status[] {
  const colors = ['#c1c1c1', '#98cbff', '#fffeb2', '#ffc8c8'];
  const listed = open.map(([id, name], index) => ({
    id,
    name,
    sort: (index + 1) * 10,
    is_editable: index > 0,
    color: colors[index] ?? '#c1e0ff',
    type: index === 0 ? (1 as const) : (0 as const),
  }));
  return [
    ...listed,
    { id: 142, name: 'Успешно реализовано', sort: 10_000, is_editable: false, color: '#CCFF66', type: 0 },
    { id: 143, name: 'Закрыто и не реализовано', sort: 11_000, is_editable: false, color: '#D5D8DB', type: 0 },
  ];
}

import type { EntityRow } from './plant.ts';

interface LeadRow extends EntityRow {
  price: number;
  pipeline_id: number;
  status_id: number;
  loss_reason_id?: number;
  contacts?: number[];
  company?: number;
}

const MAIN = 1;
const REPEAT = 7202;

export const LEADS: LeadRow[] = [
  {
    id: 67890,
    name: 'Фирменный стиль для кофейни',
    price: 180000,
    pipeline_id: MAIN,
    status_id: 1003,
    contacts: [12345],
    company: 33001,
    daysAgo: 60,
    tags: ['брендинг'],
    fields: { SOURCE: [{ value: 'Рекомендация' }], BUDGET: [{ value: '200000' }] },
  },
  {
    id: 67891,
    name: 'Заявка из Telegram-бота',
    price: 50000,
    pipeline_id: MAIN,
    status_id: 1002,
    contacts: [12346],
    daysAgo: 20,
    tags: ['бот'],
    fields: { SOURCE: [{ enum_code: 'TELEGRAM' }], UTM_SOURCE: [{ value: 'telegram' }] },
  },
  {
    id: 67892,
    name: 'Лендинг под акцию',
    price: 90000,
    pipeline_id: MAIN,
    status_id: 142,
    contacts: [12347],
    company: 33002,
    daysAgo: 55,
    fields: { '223462': [{ value: 'Дизайн' }, { value: 'Вёрстка' }], DEADLINE: [{ value: 1_767_214_800 }] },
  },
  {
    id: 67893,
    name: 'Видеоролик о производстве',
    price: 320000,
    pipeline_id: MAIN,
    status_id: 143,
    loss_reason_id: 501,
    contacts: [12350],
    company: 33003,
    responsible: 8000003,
    daysAgo: 40,
  },
  {
    id: 67894,
    name: 'Меню и вывеска',
    price: 45000,
    pipeline_id: REPEAT,
    status_id: 7212,
    contacts: [12345, 12348],
    company: 33001,
    daysAgo: 18,
  },
  { id: 67895, name: 'Фотосессия каталога', price: 70000, pipeline_id: MAIN, status_id: 1004, daysAgo: 11 },
  {
    id: 67896,
    name: 'Поддержка сайта',
    price: 15000,
    pipeline_id: REPEAT,
    status_id: 7213,
    contacts: [12352],
    daysAgo: 5,
  },
  {
    id: 67897,
    name: 'Обратный звонок',
    price: 0,
    pipeline_id: MAIN,
    status_id: 1001,
    contacts: [12355],
    daysAgo: 1,
  },
  { id: 67898, name: 'Дубль заявки', price: 50000, pipeline_id: MAIN, status_id: 1002, daysAgo: 20, binned: true },
];

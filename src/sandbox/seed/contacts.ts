import type { EntityRow } from './plant.ts';

type ContactRow = Omit<EntityRow, 'name'> & { first_name: string; last_name: string; company?: number };

export const CONTACTS: ContactRow[] = [
  {
    id: 12345,
    first_name: 'Мария',
    last_name: 'Соколова',
    company: 33001,
    daysAgo: 90,
    tags: ['VIP', 'рассылка'],
    fields: {
      POSITION: [{ value: 'Управляющая' }],
      PHONE: [
        { value: '+7 921 555-12-34', enum_code: 'WORK' },
        { value: '8 (812) 555-01-11', enum_code: 'HOME' },
      ],
      EMAIL: [{ value: 'm.sokolova@liteiny-coffee.example', enum_code: 'WORK' }],
      SOURCE: [{ value: 'Рекомендация' }],
    },
  },
  {
    id: 12346,
    first_name: 'Иван',
    last_name: 'Петров',
    daysAgo: 75,
    tags: ['бот'],
    fields: {
      TELEGRAM_ID: [{ value: '123456789' }],
      PHONE: [{ value: '+79001234567', enum_code: 'MOB' }],
      EMAIL: [{ value: 'ivan.petrov@example.com', enum_code: 'PRIV' }],
      SOURCE: [{ enum_code: 'TELEGRAM' }],
    },
  },
  {
    id: 12347,
    first_name: 'Алексей',
    last_name: 'Гусев',
    company: 33002,
    daysAgo: 70,
    fields: {
      PHONE: [{ value: '8 (902) 555-44-55', enum_code: 'MOB' }],
      BIRTHDAY: [{ value: '1986-03-14T00:00:00+03:00' }],
      '123470': [{ enum_code: 'MALE' }],
    },
  },
  {
    id: 12348,
    first_name: 'Екатерина',
    last_name: 'Ильина',
    daysAgo: 64,
    responsible: 8000002,
    fields: {
      PHONE: [{ value: '7-911-555-66-77' }],
      '123462': [{ value: 'Сайты' }, { value: 'Видео' }],
      '123463': [{ value: true }],
    },
  },
  {
    id: 12349,
    first_name: 'Тимур',
    last_name: 'Ахметов',
    daysAgo: 50,
    fields: {
      EMAIL: [{ value: 'timur.akhmetov@example.com' }],
      '123461': [{ value: 'Звонить на работу: +7 900 123-45-67, спросить Тимура' }],
    },
  },
  {
    id: 12350,
    first_name: 'Наталья',
    last_name: 'Орлова',
    company: 33003,
    daysAgo: 44,
    responsible: 8000003,
    fields: {
      PHONE: [{ value: '+7 (815) 555-90-00', enum_code: 'WORKDD' }],
      ADDRESS: [
        { value: 'пр. Ленина, 12', enum_code: 'address_line_1' },
        { value: 'Мурманск', enum_code: 'city' },
        { value: 'RU', enum_code: 'country' },
      ],
    },
  },
  {
    id: 12351,
    first_name: 'Иван',
    last_name: 'Сидоров',
    daysAgo: 38,
    fields: { PHONE: [{ value: '+375 29 555-10-20' }], DISCOUNT: [{ value: '7.5' }] },
  },
  {
    id: 12352,
    first_name: 'Светлана',
    last_name: 'Попова',
    daysAgo: 30,
    tags: ['рассылка'],
    fields: { EMAIL: [{ value: 'Popova.Sveta@Example.com' }], SITE: [{ value: 'https://popova.example' }] },
  },
  { id: 12353, first_name: 'Гарик', last_name: 'Мартиросов', daysAgo: 21 },
  {
    id: 12354,
    first_name: 'Юлия',
    last_name: 'Ёлкина',
    daysAgo: 14,
    fields: { TELEGRAM_ID: [{ value: '777000111' }], SOURCE: [{ enum_code: 'INSTAGRAM' }] },
  },
  {
    id: 12355,
    first_name: 'Олег',
    last_name: 'Тихонов',
    daysAgo: 7,
    fields: { PHONE: [{ value: '89165550101', enum_code: 'MOB' }] },
  },
  { id: 12356, first_name: 'Анна', last_name: 'Белова', daysAgo: 3, fields: { POSITION: [{ value: 'Дизайнер' }] } },
  {
    id: 12357,
    first_name: 'Удалённый',
    last_name: 'Дубль',
    daysAgo: 65,
    binned: true,
    fields: { TELEGRAM_ID: [{ value: '123456789' }], PHONE: [{ value: '+79001234567' }] },
  },
];

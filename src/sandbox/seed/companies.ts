import type { EntityRow } from './plant.ts';

export const COMPANIES: EntityRow[] = [
  {
    id: 33001,
    name: 'ООО «Кофейня на Литейном»',
    daysAgo: 120,
    responsible: 8000002,
    tags: ['постоянный'],
    fields: {
      PHONE: [{ value: '+7 812 555-01-10', enum_code: 'WORK' }],
      EMAIL: [{ value: 'hello@liteiny-coffee.example', enum_code: 'WORK' }],
      WEB: [{ value: 'https://liteiny-coffee.example' }],
      INDUSTRY: [{ value: 'Кафе' }],
    },
  },
  {
    id: 33002,
    name: 'ИП Гусев А. В.',
    daysAgo: 80,
    fields: { PHONE: [{ value: '8 (343) 555-22-33' }], ADDRESS: [{ value: 'Екатеринбург, ул. Малышева, 5' }] },
  },
  {
    id: 33003,
    name: 'АО «Полярные технологии»',
    daysAgo: 60,
    responsible: 8000003,
    fields: {
      EMAIL: [{ value: 'office@polar-tech.example' }],
      '323464': [{ value: { name: 'АО «Полярные технологии»', entity_type: 2, vat_id: '5190000000' } }],
    },
  },
];

import type { Kind } from '../store/models.ts';

const EVERYWHERE = [
  'text',
  'numeric',
  'checkbox',
  'select',
  'multiselect',
  'date',
  'url',
  'date_time',
  'textarea',
  'radiobutton',
  'streetaddress',
  'monetary',
  'file',
];
const PERSONAL = ['smart_address', 'birthday', 'legal_entity'];

/** Types that can be made for each kind: https://www.amocrm.ru/developers/content/crm_platform/custom-fields */
export const CREATABLE: Record<Kind, readonly string[]> = {
  contacts: [...EVERYWHERE, ...PERSONAL],
  leads: [...EVERYWHERE, ...PERSONAL, 'tracking_data', 'chained_list'],
  companies: [...EVERYWHERE, ...PERSONAL],
  customers: [...EVERYWHERE, 'chained_list'],
};

export const CATALOG_FIELDS: readonly string[] = [
  ...EVERYWHERE.filter((type) => type !== 'monetary'),
  'price',
  'category',
  'items',
  'linked_entity',
  'payer',
  'supplier',
];

/** Types whose values are chosen from options. */
export const WITH_OPTIONS = new Set(['select', 'multiselect', 'radiobutton']);

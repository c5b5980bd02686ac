import type { Store } from '../store/store.ts';
import { type FieldRow, plantValues } from './plant.ts';

interface CatalogRow {
  id: number;
  name: string;
  type: 'regular' | 'products';
  fields: Omit<FieldRow, 'options'>[];
  /** Ids and names of its elements. */
  elements: [id: number, name: string, fields: Record<string, unknown[]>][];
}

export const CATALOGS: CatalogRow[] = [
  {
    id: 5502,
    name: 'Товары',
    type: 'products',
    fields: [
      { id: 523401, name: 'Артикул', type: 'text', code: 'SKU', is_predefined: true },
      { id: 523402, name: 'Цена', type: 'price', code: 'PRICE', is_predefined: true },
    ],
    elements: [
      [552001, 'Логотип', { SKU: [{ value: 'LOGO-1' }], PRICE: [{ value: '60000' }] }],
      [552002, 'Вёрстка страницы', { SKU: [{ value: 'HTML-1' }], PRICE: [{ value: '15000' }] }],
    ],
  },
  { id: 5503, name: 'Площадки', type: 'regular', fields: [], elements: [[553001, 'Студия на Литейном', {}]] },
];

export function plantCatalog(store: Store, { id, name, type, fields, elements }: CatalogRow): void {
  const { created_at: at, current_user_id: user } = store.account;
  const made = { created_by: user, updated_by: user, created_at: at, updated_at: at };
  const rights = { can_add_elements: true, can_show_in_cards: false, can_link_multiple: true, can_be_deleted: true };
  store.catalogs.add({ id, name, ...made, sort: 10 * (store.catalogs.size + 1), type, ...rights });
  const definitions = store.catalogs.fields(id);
  for (const field of fields) store.addFieldTo(definitions, field);
  for (const [elementId, elementName, values] of elements) {
    const custom_fields_values = plantValues(store, definitions, values);
    store.elements.add({
      id: elementId,
      catalog_id: id,
      name: elementName,
      ...made,
      is_deleted: false,
      custom_fields_values,
    });
  }
}

import type { StoredField } from './models.ts';

export const CATALOG_TYPES = ['regular', 'invoices', 'products', 'suppliers'] as const;

/** A list of the account's own: goods, invoices, whatever. */
export interface Catalog {
  id: number;
  name: string;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  sort: number;
  type: (typeof CATALOG_TYPES)[number];
  can_add_elements: boolean;
  can_show_in_cards: boolean;
  can_link_multiple: boolean;
  can_be_deleted: boolean;
}

export interface CatalogElement {
  id: number;
  catalog_id: number;
  name: string;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  is_deleted: boolean;
  custom_fields_values: StoredField[];
}

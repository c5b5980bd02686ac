import { Collection } from './collection.ts';
import type { Field, StoredField } from './models.ts';

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

export class Catalogs extends Collection<Catalog> {
  readonly #fields = new Map<number, Map<number, Field>>();

  /** The field definitions of a catalog. */
  fields(id: number): Map<number, Field> {
    const fields = this.#fields.get(id) ?? new Map<number, Field>();
    this.#fields.set(id, fields);
    return fields;
  }

  override clear(): void {
    super.clear();
    this.#fields.clear();
  }
}

export class Elements extends Collection<CatalogElement> {
  /** The element, unless it is absent or deleted. */
  live(id: number): CatalogElement | undefined {
    const element = this.get(id);
    return element?.is_deleted === false ? element : undefined;
  }
}

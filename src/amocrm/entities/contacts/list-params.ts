import { Filter, Order, paging, query, With } from '../../../schemas/list-params.ts';
import { responsibleUser } from '../../../schemas/named.ts';
import { contactFilters } from '../filters.ts';

/** What amoCRM adds to a contact. */
export const contactParts = With('leads', 'customers', 'catalog_elements');

export const contactListParams = {
  ...paging,
  ...query,
  filter: Filter(contactFilters),
  // Tried on a live account: `created_at` is ignored.
  order: Order('id', 'updated_at', 'name'),
  with: contactParts,
  ...responsibleUser,
};

import { Filter, Order, paging, query, With } from '../../../schemas/list-params.ts';
import { responsibleUser } from '../../../schemas/named.ts';
import { companyFilters } from '../filters.ts';

/** What amoCRM adds to a company. */
export const companyParts = With('contacts', 'leads', 'customers', 'catalog_elements');

export const companyListParams = {
  ...paging,
  ...query,
  filter: Filter(companyFilters),
  // Tried on a live account: `created_at` is ignored.
  order: Order('id', 'updated_at', 'name'),
  with: companyParts,
  ...responsibleUser,
};

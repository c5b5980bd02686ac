import Type, { type Static } from 'typebox';
import type { Customer } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { embeddedWith, entityKeys, exactly, optional, TagRefs } from './draft.ts';
import type { EntityKind } from './entity-kind.ts';
import { tagsView } from './entity-tags.ts';
import { linkedView } from './entity-view.ts';
import { elementsView } from './link-write.ts';

const { id, name, ...keys } = {
  ...entityKeys,
  next_price: optional(Type.Integer()),
  next_date: optional(Type.Integer()),
  status_id: optional(Type.Integer()),
  periodicity: optional(Type.Integer()),
  _embedded: embeddedWith({}),
};
const NewCustomer = exactly({ ...keys, name: Type.String() });
const CustomerChange = exactly({ ...keys, id, name, tags_to_delete: optional(TagRefs) });

export const customers: EntityKind<Customer, Static<typeof CustomerChange>> = {
  kind: 'customers',
  collection: (store) => store.customers,
  orders: ['id', 'updated_at'],
  acceptNew: accepts(NewCustomer),
  acceptChange: accepts(CustomerChange),
  check() {},
  make: (base) => ({ ...base, next_price: 0, next_date: null, status_id: 1, periodicity: 0 }),
  apply(customer, draft) {
    customer.next_price = draft.next_price ?? customer.next_price;
    customer.next_date = draft.next_date ?? customer.next_date;
    customer.status_id = draft.status_id ?? customer.status_id;
    customer.periodicity = draft.periodicity ?? customer.periodicity;
  },
  own: ({ next_price, next_date, status_id, periodicity }) => ({
    next_price,
    next_date,
    status_id,
    periodicity,
    ltv: 0,
    purchases_count: 0,
    average_check: 0,
  }),
  embedded: {
    tags: (customer, call) => tagsView(call.store, 'customers', customer),
    segments: () => [],
    contacts: linkedView('customers', 'contacts'),
    companies: linkedView('customers', 'companies'),
    catalog_elements: (customer, call) => elementsView('customers', customer.id, call.store),
  },
  alwaysEmbedded: ['tags', 'segments'],
  namesUpdates: false,
  binnedView: (view) => view,
};

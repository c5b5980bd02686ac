import type { Static } from 'typebox';
import type { Company } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { embeddedWith, entityKeys, exactly, optional, TagRefs } from './draft.ts';
import type { EntityKind } from './entity-kind.ts';
import { tagsView } from './entity-tags.ts';
import { linkedView } from './entity-view.ts';
import { elementsView } from './link-write.ts';

const { id, ...keys } = {
  ...entityKeys,
  _embedded: embeddedWith({}),
};
const NewCompany = exactly(keys);
const CompanyChange = exactly({ ...keys, id, tags_to_delete: optional(TagRefs) });

export const companies: EntityKind<Company, Static<typeof CompanyChange>> = {
  kind: 'companies',
  collection: (store) => store.companies,
  orders: ['id', 'updated_at', 'name'],
  acceptNew: accepts(NewCompany),
  acceptChange: accepts(CompanyChange),
  check() {},
  make: (base) => base,
  apply() {},
  own: () => ({}),
  embedded: {
    tags: (company, call) => tagsView(call.store, 'companies', company),
    contacts: linkedView('companies', 'contacts'),
    leads: linkedView('companies', 'leads'),
    customers: linkedView('companies', 'customers'),
    catalog_elements: (company, call) => elementsView('companies', company.id, call.store),
  },
  alwaysEmbedded: ['tags'],
  namesUpdates: true,
  binnedView: (view) => ({ ...view, is_deleted: false }),
};

import type { Static } from 'typebox';
import type { Contact } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { embeddedWith, entityKeys, exactly, optional, TagRefs, Text } from './draft.ts';
import type { EntityKind } from './entity-kind.ts';
import { tagsView } from './entity-tags.ts';
import { linkedView } from './entity-view.ts';
import { elementsView } from './link-write.ts';

const { id, ...keys } = {
  ...entityKeys,
  first_name: optional(Text),
  last_name: optional(Text),
  _embedded: embeddedWith({}),
};
const NewContact = exactly(keys);
const ContactChange = exactly({ ...keys, id, tags_to_delete: optional(TagRefs) });

export const contacts: EntityKind<Contact, Static<typeof ContactChange>> = {
  kind: 'contacts',
  collection: (store) => store.contacts,
  orders: ['id', 'updated_at', 'name'],
  acceptNew: accepts(NewContact),
  acceptChange: accepts(ContactChange),
  check() {},
  make: (base) => ({ ...base, first_name: '', last_name: '' }),
  apply(contact, draft) {
    contact.first_name = draft.first_name ?? contact.first_name;
    contact.last_name = draft.last_name ?? contact.last_name;
    const isBuilt = draft.name === undefined && (draft.first_name ?? draft.last_name) !== undefined;
    if (isBuilt) contact.name = `${contact.first_name} ${contact.last_name}`.trim();
  },
  own: ({ first_name, last_name }) => ({ first_name, last_name }),
  unsortable: true,
  embedded: {
    tags: (contact, call) => tagsView(call.store, 'contacts', contact),
    companies: linkedView('contacts', 'companies'),
    leads: linkedView('contacts', 'leads'),
    customers: linkedView('contacts', 'customers'),
    catalog_elements: (contact, call) => elementsView('contacts', contact.id, call.store),
  },
  alwaysEmbedded: ['tags', 'companies'],
  namesUpdates: true,
  // Observed on a live account: a binned contact says is_deleted false.
  binnedView: (view) => ({ ...view, is_deleted: false }),
};

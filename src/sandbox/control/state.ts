import { KINDS } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import type { World } from '../world.ts';

/** The whole account and the switches, as JSON. */
export function stateOf({ store, settings, faults, waiting }: World) {
  return {
    settings,
    faults: faults.rules.length,
    waiting: waiting.size,
    account: store.account,
    users: [...store.users.values()],
    pipelines: [...store.pipelines.values()],
    loss_reasons: [...store.lossReasons.values()],
    contacts: store.contacts.values(),
    leads: store.leads.values(),
    companies: store.companies.values(),
    customers: store.customers.values(),
    tasks: store.tasks.values(),
    webhooks: [...store.webhooks.values()],
    bots: [...store.bots.values()],
    unsorted: store.unsorted.values(),
    catalogs: store.catalogs.values(),
    catalog_elements: store.elements.values(),
    links: store.links,
    ...perKind(store),
  };
}

function perKind(store: Store) {
  const of = <T>(list: (kind: (typeof KINDS)[number]) => T[]) =>
    Object.fromEntries(KINDS.map((kind) => [kind, list(kind)]));
  return {
    notes: of((kind) => store.notes[kind].values()),
    fields: of((kind) => [...store.fields[kind].values()]),
    tags: of((kind) => [...store.tags[kind].values()]),
  };
}

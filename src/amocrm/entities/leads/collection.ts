import { Type } from 'typebox';
import { checkOf } from '../../../schemas/check.ts';
import type { Collection } from '../../shapes/collection.ts';
import type { Entity } from '../../shapes/entities.ts';
import { companies } from '../companies/collection.ts';
import { contacts } from '../contacts/collection.ts';

export const leads: Collection = {
  path: 'leads',
  list: 'leads',
  mark: 'name',
  lookQuery: [['with', 'contacts']],
  // amoCRM's robots may move a new lead to another status at once.
  notCompared: ['status_id', 'pipeline_id', 'responsible_user_id'],
  links: ['contacts', 'companies'],
  parts: {
    contacts: { collection: contacts, answeredAs: 'contact_id' },
    companies: { collection: companies, answeredAs: 'company_id' },
  },
};

/**
 * Leads that are made together with a contact and a company. Source: developers' reference, leads
 * (`POST /api/v4/leads/complex`).
 */
export const leadsComplex: Collection = {
  ...leads,
  path: 'leads/complex',
  home: leads.path,
  shownIn: [{ path: leads.path, list: leads.list, lookQuery: leads.lookQuery, asSent: withPartIds }],
  told: ['contact_id', 'company_id', 'merged'],
  merges: true,
  maxItems: 50,
};

const linked = checkOf(
  Type.Array(
    Type.Object({ id: Type.Integer(), is_main: Type.Optional(Type.Boolean()) }, { additionalProperties: true }),
  ),
);

/** The lead with the ids of its contact and company, as the answer to its create names them. */
function withPartIds(lead: Entity): Entity {
  return { ...lead, ...{ contact_id: partOf(lead, 'contacts'), company_id: partOf(lead, 'companies'), merged: false } };
}

function partOf({ _embedded }: Entity, name: string): number | null {
  const list: unknown = Object(_embedded)[name];
  const parts = linked.accepts(list) ? list : [];
  return (parts.find(({ is_main }) => is_main === true) ?? parts[0])?.id ?? null;
}

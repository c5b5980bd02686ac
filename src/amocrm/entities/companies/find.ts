import { type Static, Type } from 'typebox';
import { Id, Text } from '../../../schemas/atoms.ts';
import { Email, SoughtPhone } from '../../../schemas/channels.ts';
import { fold } from '../../../text/names.ts';
import type { Amo } from '../../amo.ts';
import { type Entity, readEntityList } from '../../shapes/entities.ts';
import { type Readable, withFields } from '../create-entity.ts';
import { remember } from '../references.ts';
import { emailSearch, findVerified, type Hit, phoneSearch, type Search } from '../verified-search.ts';
import { companies } from './collection.ts';

export const companyCriteria = {
  company_id: Type.Optional(Id('The company’s id.', 33001)),
  phone: SoughtPhone('A phone number in any spelling, compared as `amocrm_find_contact` does.'),
  email: Email('An e-mail address; case does not matter.'),
  name: Type.Optional(
    Text('The whole name; case and outer spaces do not matter.', {
      maxLength: 255,
      examples: ['ООО «Кофейня на Литейном»'],
    }),
  ),
  query: Type.Optional(
    Text('Free text for amoCRM’s full-text search, tried last. Its first hit counts as it is: nothing is verified.', {
      maxLength: 255,
      examples: ['Кофейня'],
    }),
  ),
};
const CompanyCriteria = Type.Object(companyCriteria);
type CompanyCriteria = Static<typeof CompanyCriteria>;
export const companyCriteriaNames = ['company_id', 'phone', 'email', 'name', 'query'] as const;
type CriterionName = (typeof companyCriteriaNames)[number];

export interface FoundCompany {
  found: boolean;
  company: Readable<Entity> | null;
  count: number;
  matched_by: CriterionName | null;
}

/**
 * Finds a company by the values that it really holds; the first criterion that finds one wins. Errors: those of reads.
 */
export async function findCompany(amo: Amo, criteria: CompanyCriteria): Promise<FoundCompany> {
  const searches = readCriteria(criteria);
  const source = { path: companies.path, list: companies.list, read: readEntityList };
  const hit = (await companyById(amo, criteria)) ?? (await findVerified(amo, source, searches));
  if (hit === undefined) return { found: false, company: null, count: 0, matched_by: null };
  remember(amo, 'companies', hit.entity.id);
  const company = await withFields(amo, 'companies', hit.entity);
  return { found: true, company, count: hit.count, matched_by: hit.matchedBy };
}

async function companyById(amo: Amo, { company_id }: CompanyCriteria): Promise<Hit<Entity, CriterionName> | undefined> {
  if (company_id === undefined) return undefined;
  const entity = await amo.gate.findById(companies, company_id, amo.operation);
  return entity === undefined ? undefined : { entity, count: 1, matchedBy: 'company_id' };
}

function readCriteria({ phone, email, name, query }: CompanyCriteria): Search<CriterionName>[] {
  return [
    ...(phone === undefined ? [] : [phoneSearch(phone.trim())]),
    ...(email === undefined ? [] : [emailSearch(email.trim())]),
    ...(name === undefined ? [] : [nameSearch(name.trim())]),
    ...(query === undefined ? [] : [{ name: 'query' as const, queries: [query.trim()] }]),
  ];
}

function nameSearch(name: string): Search<'name'> {
  return { name: 'name', queries: [name], holds: (company) => fold(company.name ?? '') === fold(name) };
}

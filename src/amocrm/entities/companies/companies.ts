import type { Amo } from '../../amo.ts';
import { ownPath, type PathOf } from '../../directories/resolve.ts';
import { createEntity } from '../create-entity.ts';
import { prepareCreate, ready } from '../prepare-create.ts';
import type { CompanyAttributes } from './params.ts';

/** Creates a company. Errors: those of names and custom fields, AMOCRM_REJECTED, those of writes. */
export async function createCompany(amo: Amo, params: CompanyAttributes) {
  const company = await createEntity(amo, 'companies', ready(await prepareCompany(amo, params, ownPath)));
  return { company_id: company.id, company };
}

/** A new company with its names looked up, ready to be sent unless there are faults. Errors: those of reads. */
export function prepareCompany(amo: Amo, params: CompanyAttributes, pathOf: PathOf) {
  return prepareCreate(amo, 'companies', params, { plain: ['name'], pathOf });
}

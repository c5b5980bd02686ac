import type { Amo } from '../../amo.ts';
import type { Entity } from '../../shapes/entities.ts';
import type { Updatable } from '../judge-changes.ts';
import { responsibleUserIds } from '../responsible-user-ids.ts';
import { updateEntity } from '../update-entity.ts';
import type { UpdateParams } from '../update-inputs.ts';
import type { MultiValue } from '../update-params.ts';
import { companies } from './collection.ts';

export const updatableCompany: Updatable<Entity> = {
  entityType: 'companies',
  collection: companies,
  idParam: 'company_id',
  own: ['name'],
  named: ['responsible_user'],
  idsOf: responsibleUserIds,
  parse: (entity) => entity,
};

/** Changes a company without losing the values it has. Errors: those of `updateEntity`. */
export async function updateCompany(
  amo: Amo,
  company_id: number,
  params: UpdateParams & { multi_value?: MultiValue | undefined },
) {
  const { entity: company, ...updated } = await updateEntity(amo, updatableCompany, company_id, params);
  return { company_id, company, ...updated };
}

import { Type } from 'typebox';
import { checkOf } from '../../../schemas/check.ts';
import { lossReason, pipeline, responsibleUser, status } from '../../../schemas/named.ts';
import type { Amo } from '../../amo.ts';
import { faultsOf, type PathOf } from '../../directories/resolve.ts';
import { responsibleUserOf } from '../../directories/responsible-user.ts';
import { stageOfExisting } from '../../directories/stage.ts';
import type { Lead } from '../../shapes/entities.ts';
import type { NamedIds, Updatable } from '../judge-changes.ts';
import { updateEntity } from '../update-entity.ts';
import type { UpdateParams } from '../update-inputs.ts';
import type { MultiValue } from '../update-params.ts';
import { leads } from './collection.ts';

export const updatableLead: Updatable<Lead> = {
  entityType: 'leads',
  collection: leads,
  idParam: 'lead_id',
  own: ['name', 'price'],
  named: ['pipeline', 'status', 'loss_reason', 'responsible_user'],
  idsOf,
  parse: (entity) => entity,
  // Source: developers' reference, leads; the official SDK (`price_with_minor_units`).
  following: { precise: { price: 'price_with_minor_units' }, stale: { status_id: ['closed_at'] } },
};

/**
 * Changes a lead without losing the values it has. A status is sent with its pipeline, as amoCRM demands. Errors: those
 * of `updateEntity`.
 */
export async function updateLead(
  amo: Amo,
  lead_id: number,
  params: UpdateParams & { multi_value?: MultiValue | undefined },
) {
  const { entity: lead, ...updated } = await updateEntity(amo, updatableLead, lead_id, params);
  return { lead_id, lead, ...updated };
}

const named = checkOf(Type.Object({ ...pipeline, ...status, ...lossReason, ...responsibleUser }));

async function idsOf(
  amo: Amo,
  given: Readonly<Record<string, unknown>>,
  pathOf: PathOf,
  current: Lead,
): Promise<NamedIds> {
  const params = named.parse(given);
  const [{ ids, faults }, responsible_user_id] = await Promise.all([
    stageOfExisting(amo, params, current, pathOf),
    responsibleUserOf(amo, params, pathOf),
  ]);
  const { loss_reason_id, ...place } = ids;
  return {
    groups: [place, { loss_reason_id }, { responsible_user_id }],
    faults: [...faults, ...faultsOf(responsible_user_id)],
  };
}

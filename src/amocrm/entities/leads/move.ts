import { Type } from 'typebox';
import { refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { idOf } from '../../directories/resolve.ts';
import { type StageParams, stageOfExisting } from '../../directories/stage.ts';
import type { Stage } from '../../directories/stage-once.ts';
import { keeperOf } from '../../operation/findings.ts';
import type { Draft } from '../../writes/draft.ts';
import { changeItem } from '../change-item.ts';
import { setDiffering } from '../merge-entity.ts';
import { readEntity } from '../update-entity.ts';
import { leads } from './collection.ts';
import { updatableLead } from './update.ts';

/** Where a lead stands. */
interface LeadPlace {
  pipeline_id: number | null;
  status_id: number | null;
}

const id = Type.Union([Type.Integer(), Type.Null()]);
/** Where the lead stood before its move. */
const places = keeperOf(Type.Object({ pipeline_id: id, status_id: id }));

/**
 * Moves a lead to a status; `moved` is false where it stands there already, `updated` where nothing was written: the loss
 * reason alone may differ. Errors: ENTITY_NOT_FOUND, UNKNOWN_NAME,
 * AMBIGUOUS_NAME, AMOCRM_REJECTED, those of writes.
 */
export async function moveLead(amo: Amo, { lead_id, ...params }: StageParams & { lead_id: number }) {
  return amo.locks([`leads ${lead_id}`], amo.operation, async () => {
    let previous: LeadPlace | undefined = places.of(amo.operation, 'previous');
    let stage: Stage | undefined;
    const { item, isWritten, bodies } = await changeItem(amo, {
      collection: leads,
      id: lead_id,
      read: (operation) => readEntity({ ...amo, operation }, updatableLead, lead_id),
      async merge(current) {
        if (previous === undefined) {
          previous = placeOf(current);
          places.keep(amo.operation, 'previous', previous);
        }
        stage ??= await stageOfExisting(amo, params, current);
        refuseFaults(stage.faults);
        const { loss_reason_id, ...place } = stage.ids;
        const draft: Draft = {
          body: { id: lead_id },
          origins: [{ at: 'id', path: ['lead_id'], code: 'ENTITY_NOT_FOUND' }],
        };
        setDiffering(draft, current, [place, { loss_reason_id }]);
        const { id: _, ...moved } = draft.body;
        return { draft, after: { ...current, ...moved } };
      },
    });
    const moved = bodies.some((body) => 'status_id' in body);
    // A lead that was moved by an earlier attempt may have been moved on since.
    const { pipeline_id, status_id } = stage?.ids ?? {};
    const place = placeOf({ pipeline_id: idOf(pipeline_id) ?? item.pipeline_id, status_id: idOf(status_id) });
    return { lead_id, moved, updated: isWritten, ...place, previous: previous ?? place };
  });
}

function placeOf(lead: { pipeline_id?: number | null | undefined; status_id?: number | null | undefined }): LeadPlace {
  return { pipeline_id: lead.pipeline_id ?? null, status_id: lead.status_id ?? null };
}

import { randomBytes } from 'node:crypto';
import type { Lead } from '../store/models.ts';
import type { Category, Unsorted } from '../store/unsorted.ts';
import type { Call } from './call.ts';
import type { Decoded } from './entity-decode.ts';
import type { EntityDraft } from './entity-kind.ts';
import { createEntity } from './entity-write.ts';
import { putIntoUnsorted } from './lead-stage.ts';
import { leads } from './leads.ts';
import { linkParts, type Part } from './linked-part.ts';

interface Request<D extends EntityDraft> {
  lead: Decoded<D>;
  contact: Part;
  company: Part;
  category: Category;
  metadata: Record<string, unknown>;
  source_uid?: string;
  source_name?: string;
  created_at?: number;
}

/** A lead in "Неразобранное" with its contact and company, and the request that they came with. */
export function makeUnsorted(
  call: Call,
  { lead, contact, company, ...request }: Request<Parameters<typeof leads.apply>[1]>,
): Unsorted {
  const { store } = call;
  const { id } = createEntity(leads, call, lead);
  const made: Lead = store.leads.update(id, (each) => putIntoUnsorted(store, each));
  const linked = linkParts(call, id, contact, company);
  const { is_call_event_needed, ...metadata } = request.metadata;
  return store.unsorted.add({
    uid: randomBytes(30).toString('hex'),
    category: request.category,
    source_uid: request.source_uid ?? null,
    source_name: request.source_name ?? null,
    pipeline_id: made.pipeline_id,
    created_at: request.created_at ?? store.now(),
    metadata,
    lead_id: id,
    ...linked,
    hides_contact: contact?.isNew ?? false,
  });
}

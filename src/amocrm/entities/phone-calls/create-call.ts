import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { refuseFaults } from '../../../problems/problem.ts';
import { checkOf } from '../../../schemas/check.ts';
import { pluralOf } from '../../../schemas/entity-type.ts';
import type { Amo } from '../../amo.ts';
import { faultsOf, type Resolved, setIds } from '../../directories/resolve.ts';
import { responsibleUserOf } from '../../directories/responsible-user.ts';
import { nameOfWrite } from '../../operation/write-log.ts';
import type { Collection } from '../../shapes/collection.ts';
import type { Draft } from '../../writes/draft.ts';
import { notesOf } from '../notes/collection.ts';
import { missingFor } from '../references.ts';
import { writeItem } from '../write-item.ts';
import { callNotes, calls } from './collection.ts';
import type { NewCall } from './params.ts';

const keyed = checkOf(Type.Object({ uniq: Type.String() }));
const place = checkOf(Type.Object({ entity_type: Type.String(), entity_id: Type.Integer() }));

/**
 * Adds a call: to the entity that is named, as a note, else to whoever has the number, as amoCRM chooses. Errors:
 * ENTITY_NOT_FOUND (nobody has the number, no such entity), those of names, AMOCRM_REJECTED, those of writes. Source:
 * developers' reference, calls (`POST /api/v4/calls`), notes.
 */
export async function createCall(amo: Amo, params: NewCall) {
  const { entity_type, entity_id, direction = 'outbound' } = params;
  if (entity_type === undefined || entity_id === undefined) return callByNumber(amo, params, direction);
  const collection = notesOf(entity_type);
  const [responsible, missing] = await Promise.all([
    responsibleUserOf(amo, params),
    missingFor(amo, collection, [{ entityType: entity_type, id: entity_id, path: ['entity_id'] }]),
  ]);
  refuseFaults([...missing, ...faultsOf(responsible)]);
  const attributes = attributesOf(amo, params, collection);
  const draft = draftOf(
    { entity_id, note_type: callNotes[direction], params: attributes },
    { at: 'params.', keys: Object.keys(attributes), responsible },
  );
  draft.origins.push({ at: 'entity_id', path: ['entity_id'], code: 'ENTITY_NOT_FOUND' });
  const answer = await writeItem(amo, { method: 'POST', collection, draft });
  const on = { entity_type, entity_id };
  const { entity_id: _, note_type: __, params: ___, ...own } = draft.body;
  return { call_id: answer.id, call: { direction, ...attributes, ...own, ...answer, ...on }, ...on };
}

async function callByNumber(amo: Amo, params: NewCall, direction: NonNullable<NewCall['direction']>) {
  const responsible = await responsibleUserOf(amo, params);
  refuseFaults(faultsOf(responsible));
  const body = { direction, ...attributesOf(amo, params, calls) };
  const draft = draftOf(body, { at: '', keys: Object.keys(body), responsible });
  const answer = await writeItem(amo, { method: 'POST', collection: calls, draft });
  const on = place.accepts(answer)
    ? { entity_type: pluralOf(answer.entity_type), entity_id: answer.entity_id }
    : { entity_type: null, entity_id: null };
  return { call_id: answer.id, call: { ...body, ...answer, ...on }, ...on };
}

/** What goes to amoCRM as it is, under the `uniq` that an earlier attempt under the same key has sent. */
function attributesOf({ operation }: Amo, params: NewCall, { path }: Collection) {
  const begun = operation.log?.peek(nameOfWrite('POST', path)).begun?.body;
  const sent = keyed.accepts(begun) ? begun.uniq : keyed.accepts(begun?.params) ? begun.params.uniq : randomUUID();
  const { phone, duration = 0, source = 'bot', uniq = sent } = params;
  const { link, call_result, call_status, call_responsible } = params;
  const others = Object.entries({ link, call_result, call_status, call_responsible });
  const given = others.filter(([, value]) => value !== undefined);
  return { phone, duration, source, uniq, ...Object.fromEntries(given) };
}

interface Origins {
  at: string;
  keys: readonly string[];
  responsible: Resolved;
}

function draftOf(body: Draft['body'], { at, keys, responsible }: Origins): Draft {
  const draft: Draft = { body, origins: keys.map((key) => ({ at: `${at}${key}`, path: [key] })) };
  setIds(draft, { responsible_user_id: responsible });
  return draft;
}

import { randomUUID } from 'node:crypto';
import { entityMessages } from '../../../messages/entities.ts';
import { paramMessages } from '../../../messages/params.ts';
import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import { ruleOf } from '../../../schemas/rules.ts';
import type { Amo } from '../../amo.ts';
import type { ParentType } from '../../shapes/entities.ts';
import type { Origin } from '../../writes/draft.ts';
import { missingFor } from '../references.ts';
import { writeItem } from '../write-item.ts';
import { notesOf } from './collection.ts';
import type { NoteParams, NoteType } from './params.ts';

interface NoteBody {
  note_type: string;
  params: Record<string, unknown>;
}

/** A note's text stands in one place; all types but calls and attachments need one. */
export const noteRule = ruleOf<Pick<NoteParams, 'note_type' | 'note_text' | 'note_params'>>(
  ['note_type', 'note_text', 'note_params'],
  ({ note_type, note_text, note_params = {} }) => {
    if (note_type === 'attachment') return [];
    const key = textKeyOf(note_type);
    return textFaults(note_text, note_params[key], key);
  },
);

/**
 * Adds a note to a lead, contact, company or customer and returns its id. Errors: AMOCRM_REJECTED, those of writes.
 * Source: developers' reference, notes (`POST /api/v4/{entity_type}/notes`).
 */
export async function addNote(
  amo: Amo,
  entityType: ParentType,
  entityId: number,
  { note_type, params }: NoteBody,
  origins: Origin[],
): Promise<number> {
  const draft = { body: { entity_id: entityId, note_type, params }, origins };
  const { id } = await writeItem(amo, { method: 'POST', collection: notesOf(entityType), draft });
  return id;
}

/** Adds a note of any creatable type to an entity that exists. Errors: ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes. */
export async function createNote(amo: Amo, params: NoteParams) {
  const { entity_type, entity_id, note_type, note_text, note_params = {} } = params;
  const textKey = textKeyOf(note_type);
  const reference = { entityType: entity_type, id: entity_id, path: ['entity_id'] };
  refuseFaults(await missingFor(amo, notesOf(entity_type), [reference]));
  const noteParams = {
    ...(textKey === 'call_result' ? { uniq: randomUUID() } : {}),
    ...note_params,
    ...(note_text === undefined ? {} : { [textKey]: note_text }),
  };
  const origins = originsOf(noteParams, note_text === undefined ? undefined : textKey);
  const note_id = await addNote(amo, entity_type, entity_id, { note_type, params: noteParams }, origins);
  return { note_id, note_added: true, entity_type, entity_id };
}

/** Where amoCRM has the text. */
function textKeyOf(noteType: NoteType): 'text' | 'call_result' {
  return noteType === 'call_in' || noteType === 'call_out' ? 'call_result' : 'text';
}

function textFaults(outside: unknown, inside: unknown, key: string): Fault[] {
  const paths = [['note_text'], ['note_params', key]];
  if (outside !== undefined && inside !== undefined) {
    return paths.map((path) => ({
      path,
      message: entityMessages.textOnce(key),
      code: 'INVALID_REQUEST',
    }));
  }
  if (outside !== undefined || inside !== undefined || key === 'call_result') return [];
  return [{ path: ['note_text'], message: paramMessages.required, code: 'INVALID_REQUEST' }];
}

function originsOf(params: Record<string, unknown>, textKey: string | undefined): Origin[] {
  const origin = (key: string) => ({
    at: `params.${key}`,
    path: key === textKey ? ['note_text'] : ['note_params', key],
  });
  return [
    { at: 'entity_id', path: ['entity_id'], code: 'ENTITY_NOT_FOUND' },
    { at: 'note_type', path: ['note_type'] },
    ...Object.keys(params).map(origin),
  ];
}

import { entityMessages } from '../../messages/entities.ts';
import { type Fault, type Path, Problem, refuseFaults } from '../../problems/problem.ts';
import type { Amo } from '../amo.ts';
import type { Entity, EntityType } from '../shapes/entities.ts';
import { changeItem } from './change-item.ts';
import { type Readable, withFields } from './create-entity.ts';
import { judgeChanges, type NamedIds, type PreparedChanges, type Updatable } from './judge-changes.ts';
import { mergeEntity, sentKeys } from './merge-entity.ts';
import { addNote } from './notes/notes.ts';
import { goneReferences, readKept, readReferred } from './references.ts';
import { inputsOf, type UpdateInput, type UpdateParams } from './update-inputs.ts';
import type { MultiValue } from './update-params.ts';

/** The result of an update, beside the entity and its id. */
export interface Updated<T extends Entity> {
  entity: Readable<T>;
  updated: boolean;
  updated_fields: string[];
  note_id?: number;
}

/**
 * Changes an entity without losing the values it has; see `changeItem`. Errors: INVALID_REQUEST, ENTITY_NOT_FOUND, those
 * of names and custom fields, AMOCRM_REJECTED, those of writes.
 */
export async function updateEntity<T extends Entity>(
  amo: Amo,
  kind: Updatable<T>,
  id: number,
  params: UpdateParams & { multi_value?: MultiValue | undefined },
): Promise<Updated<T>> {
  const { changes, faults } = await judgeChanges(amo, kind, inputsOf(params));
  if (faults.length > 0) return refuseWith(faults, amo, kind, id, changes);
  return applyChanges(amo, kind, { id, path: [kind.idParam] }, changes, params.multi_value);
}

/** Throws all faults at once, those that only the entity shows too; for a 400 amoCRM is not asked. */
async function refuseWith<T extends Entity>(
  faults: readonly Fault[],
  amo: Amo,
  kind: Updatable<T>,
  id: number,
  { named, pathOf }: PreparedChanges,
): Promise<never> {
  if (faults.some(({ code }) => code === 'INVALID_REQUEST')) refuseFaults(faults);
  const { collection, entityType, idParam, parse, idsOf } = kind;
  const entity = await amo.gate.findById(collection, id, amo.operation);
  const others =
    entity === undefined
      ? await goneReferences(amo, [{ entityType, id, path: [idParam] }])
      : (await idsOf(amo, named, pathOf, parse(entity))).faults;
  refuseFaults([...others, ...faults]);
  throw new Problem('INTERNAL_ERROR', entityMessages.notRefused);
}

/** An entity, and the param that gave its id; without one the step itself has found it. */
interface Given {
  id: number;
  path?: Path;
}

/** Applies judged changes under the entity's lock. */
export async function applyChanges<T extends Entity>(
  amo: Amo,
  kind: Updatable<T>,
  { id, path }: Given,
  changes: PreparedChanges,
  multiValue: MultiValue = 'append',
): Promise<Updated<T>> {
  const { entityType, collection, parse, idsOf, following } = kind;
  return amo.locks([`${entityType} ${id}`], amo.operation, async () => {
    let { fields } = changes;
    let ids: NamedIds['groups'] = [];
    let before: Readable<T> | undefined;
    const { item, isWritten, bodies } = await changeItem<T>(amo, {
      collection,
      id,
      async read(operation) {
        const asking = { ...amo, operation };
        if (path === undefined) return parse(await readKept(asking, entityType, id));
        return parse(await readReferred(asking, { entityType, id, path }));
      },
      async merge(current) {
        if (before === undefined) {
          const named = await idsOf(amo, changes.named, changes.pathOf, current);
          refuseFaults(named.faults);
          ids = named.groups;
          // Done before the write: this may read the account's time zone, and a failure after it would mislead.
          before = await withFields(amo, entityType, current);
        }
        // The values that were sent stay part of the changes: a late call may have undone what others wrote, too.
        const merged = mergeEntity(
          current,
          { ...changes, fields },
          { idPath: path ?? [], ids, multiValue, ...following },
        );
        fields = merged.fields;
        return merged;
      },
    });
    const keys = sentKeys(bodies, changes, ids);
    const noted = await addUpdateNote(amo, entityType, id, changes.note);
    if (isWritten && entityType === 'contacts') await amo.contactDirectory.note(item);
    const entity = isWritten || before === undefined ? await withFields(amo, entityType, item) : before;
    const updated_fields = [...keys, ...(noted.note_id === undefined ? [] : ['notes'])];
    return { entity, updated: updated_fields.length > 0, updated_fields, ...noted };
  });
}

/** The entity as amoCRM has it now, with the parts that `with` adds. Throws ENTITY_NOT_FOUND at the param that gave the id. */
export async function readEntity<T extends Entity>(
  amo: Amo,
  { entityType, idParam, parse }: Pick<Updatable<T>, 'entityType' | 'idParam' | 'parse'>,
  id: number,
  parts: readonly string[] = [],
): Promise<T> {
  return parse(await readReferred(amo, { entityType, id, path: [idParam] }, parts));
}

async function addUpdateNote(amo: Amo, entityType: EntityType, id: number, note: UpdateInput | undefined) {
  if (note === undefined) return {};
  const body = { note_type: 'common', params: { text: String(note.value) } };
  return { note_id: await addNote(amo, entityType, id, body, [{ at: 'params.text', path: note.path }]) };
}

import { entityMessages } from '../../messages/entities.ts';
import type { Message } from '../../messages/message.ts';
import { oneOf } from '../../messages/nouns.ts';
import { type Fault, type Path, Problem, problemOfFaults } from '../../problems/problem.ts';
import { singularOf } from '../../schemas/entity-type.ts';
import type { Amo } from '../amo.ts';
import { onceMore } from '../reads/once-more.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Entity } from '../shapes/entities.ts';
import { collections, type Listed } from './collections.ts';

/** An id that a caller gave and that must exist. */
export interface Reference {
  entityType: Listed;
  id: number;
  path: Path;
}

/**
 * Returns one fault for each id that amoCRM does not have. amoCRM does not document its answer to an unknown id in a
 * link: it may refuse the write, or accept it and leave the link out. So ids are checked by a read first, unless they
 * were seen lately.
 */
export async function missingReferences(amo: Amo, references: readonly Reference[]): Promise<Fault[]> {
  const faults = await Promise.all(references.map((reference) => checkReference(amo, reference)));
  return faults.filter((fault) => fault !== undefined);
}

/** The same, however lately they were seen: for what amoCRM has just shown nothing of. */
export async function goneReferences(amo: Amo, references: readonly Reference[]): Promise<Fault[]> {
  for (const { entityType, id } of references) forget(amo, entityType, id);
  return missingReferences(amo, references);
}

/**
 * The same for a create, unless an earlier attempt under the same Idempotency-Key has carried it out: what it refers to
 * may have been deleted since. Throws OUTCOME_UNKNOWN while that attempt is in doubt.
 */
export async function missingFor(amo: Amo, collection: Collection, references: readonly Reference[]): Promise<Fault[]> {
  const made = await amo.gate.recallCreate(collection, amo.operation);
  return made === undefined ? missingReferences(amo, references) : [];
}

async function checkReference(amo: Amo, { entityType, id, path }: Reference): Promise<Fault | undefined> {
  if (amo.known.has(nameOf(entityType, id))) return undefined;
  const entity = await findThere(amo, entityType, id);
  if (entity === undefined) return missingEntity(entityType, id, path);
  remember(amo, entityType, id);
  return undefined;
}

/** An answer without it may be empty for a moment: what is called missing is not tried again. */
function findThere(amo: Amo, entityType: Listed, id: number, parts: readonly string[] = []) {
  return onceMore(
    () => amo.gate.findById(collections[entityType], id, amo.operation, parts),
    (entity) => entity === undefined,
  );
}

/**
 * The entity as amoCRM has it now, with the parts that `with` adds. Throws ENTITY_NOT_FOUND at the path of the reference,
 * and the errors of reads.
 */
export async function readReferred(
  amo: Amo,
  { entityType, id, path }: Reference,
  parts: readonly string[] = [],
): Promise<Entity> {
  const entity = await findThere(amo, entityType, id, parts);
  if (entity !== undefined) {
    remember(amo, entityType, id);
    return entity;
  }
  forget(amo, entityType, id);
  throw problemOfFaults([missingEntity(entityType, id, path)]);
}

/**
 * The entity that an earlier attempt under the same Idempotency-Key has found or made. Where it is gone, no param of the
 * caller's is to blame: throws ENTITY_NOT_FOUND without one.
 */
export async function readKept(
  amo: Amo,
  entityType: Listed,
  id: number,
  parts: readonly string[] = [],
): Promise<Entity> {
  const entity = await findThere(amo, entityType, id, parts);
  if (entity !== undefined) return entity;
  forget(amo, entityType, id);
  throw new Problem('ENTITY_NOT_FOUND', entityMessages.gone({ ...oneOf(entityType), en: singularOf(entityType) }, id));
}

/**
 * For what belongs to an entity that an earlier attempt has found or made: throws ENTITY_NOT_FOUND where that is gone. Not
 * asked at the first attempt, nor where `collection` has got the new item already.
 */
export async function refuseForGone(amo: Amo, collection: Collection, entityType: Listed, id: number): Promise<void> {
  if (amo.operation.log?.isResumed !== true) return;
  const made = await amo.gate.recallCreate(collection, amo.operation);
  if (made === undefined) await readKept(amo, entityType, id);
}

/** The fault for an id that amoCRM does not have: ENTITY_NOT_FOUND at `path`. `what` is a list’s name. */
export function missingEntity(what: string | Message, id: number, path: Path): Fault {
  return {
    path,
    message: entityMessages.missing(typeof what === 'string' ? oneOf(what) : what, id),
    code: 'ENTITY_NOT_FOUND',
  };
}

/** Remembers that the id exists. */
export function remember(amo: Amo, entityType: Listed, id: number): void {
  amo.known.note(nameOf(entityType, id));
}

/** Forgets the id, when amoCRM says that it does not exist. */
export function forget(amo: Amo, entityType: Listed, id: number): void {
  amo.known.forget(nameOf(entityType, id));
}

function nameOf(entityType: Listed, id: number): string {
  return `${entityType} ${id}`;
}

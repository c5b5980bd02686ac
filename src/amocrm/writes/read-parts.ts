import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { largestPage } from '../../schemas/largest-page.ts';
import type { Operation } from '../operation/operation.ts';
import type { WriteBody } from '../operation/write-log.ts';
import type { ReadPage } from '../reads/pages.ts';
import { wholePages } from '../reads/pages.ts';
import type { Collection, Part } from '../shapes/collection.ts';
import { type Entity, readEntityList } from '../shapes/entities.ts';
import type { OpenCreate } from './open-creates.ts';
import { markOf } from './reads-back.ts';

const linked = checkOf(Type.Array(Type.Object({ id: Type.Integer() }, { additionalProperties: true })));

interface Looked {
  collection: Collection;
  /** The creates that the entities may be the result of. */
  creates: readonly OpenCreate[];
  entities: readonly Entity[];
}

/**
 * Reads what was perhaps made together with the entities, so that it can be compared: lists show only its ids. Nothing is
 * read for entities that cannot be the result of such a create. Errors: those of reads.
 */
export async function readParts(
  read: ReadPage,
  operation: Operation,
  { collection, creates, entities }: Looked,
): Promise<readonly Entity[]> {
  const parts = Object.entries(collection.parts ?? {});
  const makers = creates.filter(({ body }) => parts.some(([name]) => makesPart(body, name)));
  if (makers.length === 0) return entities;
  const marks = new Set(makers.map(({ body }) => markOf(collection, body)));
  const isCandidate = (entity: Entity) => marks.has('') || marks.has(markOf(collection, entity));
  const candidates = entities.filter(isCandidate);
  const readPart = async ([name, part]: [string, Part]) => {
    const byId = await readByIds(read, operation, part.collection, idsIn(candidates, name));
    return [name, byId] as const;
  };
  const found = await Promise.all(parts.map(readPart));
  return entities.map((entity) => (isCandidate(entity) ? withParts(entity, found) : entity));
}

/** Whether the create makes such a part: one that is there already is given by its id. */
function makesPart({ _embedded }: WriteBody, name: string): boolean {
  const list = _embedded?.[name] ?? [];
  return list.some((item) => Object(item).id === undefined);
}

function idsIn(entities: readonly Entity[], name: string): number[] {
  return [...new Set(entities.flatMap((entity) => partsOf(entity, name).map(({ id }) => id)))];
}

function partsOf({ _embedded }: Entity, name: string) {
  const list: unknown = Object(_embedded)[name];
  return linked.accepts(list) ? list : [];
}

async function readByIds(
  read: ReadPage,
  operation: Operation,
  { path, list }: Collection,
  ids: readonly number[],
): Promise<Map<number, Entity>> {
  const starts = Array.from({ length: Math.ceil(ids.length / largestPage) }, (_, call) => call * largestPage);
  const pages = await Promise.all(
    starts.map((start) => {
      const asked = ids.slice(start, start + largestPage).map((id) => ['filter[id][]', String(id)] as const);
      return read(path, [wholePages, ...asked], operation);
    }),
  );
  const found = pages.flatMap((page) => (page === undefined ? [] : readEntityList(page, list)));
  return new Map(found.map((entity) => [entity.id, entity]));
}

function withParts(entity: Entity, found: readonly (readonly [string, Map<number, Entity>])[]): Entity {
  const filled = found.map(([name, byId]) => [
    name,
    partsOf(entity, name).map((part) => ({ ...byId.get(part.id), ...part })),
  ]);
  return { ...entity, _embedded: { ...entity._embedded, ...Object.fromEntries(filled) } };
}

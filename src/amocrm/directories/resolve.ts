import { Type } from 'typebox';
import { nameMessages } from '../../messages/names.ts';
import { formatPath } from '../../problems/document-order.ts';
import { type Fault, type Path, Problem, problemOfFaults } from '../../problems/problem.ts';
import { keeperOf } from '../operation/findings.ts';
import type { Draft } from '../writes/draft.ts';
import type { NameTools } from './directories.ts';
import type { Directory } from './directory.ts';

/** An id with the param that it comes from. */
export interface NamedId {
  id: number;
  path: Path;
}

/** The id of a param pair (`pipeline`, `pipeline_id`), or why there is none; undefined where neither is given. */
export type Resolved = NamedId | Fault | undefined;

interface Given {
  name: string | undefined;
  id: number | undefined;
  /** The param that takes the name; the other one is called the same with `_id`. */
  key: string;
  /** The entries among which it is looked up, where names belong to something. */
  scope?: unknown;
  /** Where a param of this step stands; by default it is one of the step's own. */
  pathOf?: PathOf;
}

/** The place of a param in the caller's document, by its name. */
export type PathOf = (name: string) => Path;
export const ownPath: PathOf = (name) => [name];

/** Ids that names came to, by the place of the name. */
const ids = keeperOf(Type.Integer());

/**
 * The id that a caller gave or that his name comes to. Ids are passed on as they are, so that a token that may not read
 * the list works with them. Errors: those of reads; AMOCRM_FORBIDDEN says to give the id.
 */
export async function resolveName<T extends { id: number; name: string }>(
  tools: NameTools,
  directory: Directory<T>,
  { name, id, key, scope, pathOf = ownPath }: Given,
): Promise<Resolved> {
  if (id !== undefined) return { id, path: pathOf(`${key}_id`) };
  if (name === undefined) return undefined;
  const path = pathOf(key);
  const said = idIn(name);
  if (said !== undefined) return { id: said, path };
  const place = `name at ${formatPath(path)}`;
  const kept = ids.of(tools.operation, place);
  if (kept !== undefined) return { id: kept, path };
  const found = await directory.find(name, tools.operation, scope).catch((error: unknown) => {
    throw forbidden(error, `${key}_id`);
  });
  if ('thing' in found) {
    ids.keep(tools.operation, place, found.thing.id);
    tools.operation.resolved?.note(path, { id: found.thing.id, name: found.thing.name });
    return { id: found.thing.id, path };
  }
  return { path, message: found.message, code: found.why === 'unknown' ? 'UNKNOWN_NAME' : 'AMBIGUOUS_NAME' };
}

/** The id that a caller wrote where a name is taken. */
export function idIn(name: string): number | undefined {
  const number = Number(name);
  return /^\s*\d+\s*$/.test(name) && number > 0 && Number.isSafeInteger(number) ? number : undefined;
}

function forbidden(error: unknown, key: string): unknown {
  if (!(error instanceof Problem) || error.code !== 'AMOCRM_FORBIDDEN') return error;
  return new Problem('AMOCRM_FORBIDDEN', nameMessages.cannotLookUp(error.text, key), { cause: error });
}

export function isFault(resolved: Resolved): resolved is Fault {
  return resolved !== undefined && 'message' in resolved;
}

/** The faults among the resolved. */
export function faultsOf(...resolved: readonly Resolved[]): Fault[] {
  return resolved.filter(isFault);
}

/** The id, where there is one. */
export function idOf(resolved: Resolved): number | undefined {
  return resolved === undefined || isFault(resolved) ? undefined : resolved.id;
}

/** The id of a pair of which one must be given; throws its fault. */
export function demandId(resolved: Resolved): NamedId {
  if (resolved !== undefined && !isFault(resolved)) return resolved;
  throw problemOfFaults([resolved ?? { path: [], message: nameMessages.needsNameOrId, code: 'INVALID_REQUEST' }]);
}

/** Adds resolved ids to a draft under amoCRM's names. */
export function setIds(draft: Draft, ids: Readonly<Record<string, Resolved>>): void {
  for (const [at, resolved] of Object.entries(ids)) {
    if (resolved === undefined || isFault(resolved)) continue;
    draft.body[at] = resolved.id;
    draft.origins.push({ at, path: resolved.path });
  }
}

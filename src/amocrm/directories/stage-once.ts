import { type Static, Type } from 'typebox';
import { formatPath } from '../../problems/document-order.ts';
import type { Fault } from '../../problems/problem.ts';
import { keeperOf } from '../operation/findings.ts';
import type { NameTools } from './directories.ts';
import { isFault, type PathOf, type Resolved } from './resolve.ts';

/** Where a lead is to stand, by id. `faults` are the caller's. */
export interface Stage {
  ids: { pipeline_id?: Resolved; status_id?: Resolved; loss_reason_id?: Resolved };
  faults: Fault[];
}

const Named = Type.Object({ id: Type.Integer(), path: Type.Array(Type.Union([Type.String(), Type.Integer()])) });
/** The ids of stages, under amoCRM's names. */
const stages = keeperOf(Type.Record(Type.String(), Named));

/**
 * The stage that a step's params mean. Under an Idempotency-Key it stays the same one: in which pipeline a status is
 * looked up may depend on where the lead stands, and a person may have moved it since.
 */
export async function stageOnce(tools: NameTools, pathOf: PathOf, find: () => Promise<Stage>): Promise<Stage> {
  const name = formatPath(pathOf('stage'));
  const kept = stages.of(tools.operation, name);
  if (kept !== undefined) return { ids: kept, faults: [] };
  const stage = await find();
  if (stage.faults.length === 0) stages.keep(tools.operation, name, idsIn(stage));
  return stage;
}

function idsIn({ ids }: Stage): Record<string, Static<typeof Named>> {
  const known: Record<string, Static<typeof Named>> = {};
  for (const [key, resolved] of Object.entries<Resolved>(ids)) {
    if (resolved !== undefined && !isFault(resolved)) known[key] = { id: resolved.id, path: [...resolved.path] };
  }
  return known;
}

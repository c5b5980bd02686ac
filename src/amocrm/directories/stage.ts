import { nameMessages } from '../../messages/names.ts';
import type { Fault } from '../../problems/problem.ts';
import type { NameTools } from './directories.ts';
import { lost, type Pipeline, unsorted, won } from './pipelines.ts';
import {
  faultsOf,
  idIn,
  idOf,
  isFault,
  type NamedId,
  ownPath,
  type PathOf,
  type Resolved,
  resolveName,
} from './resolve.ts';
import { type Stage, stageOnce } from './stage-once.ts';
import { notUnsorted } from './unsorted.ts';

/** Where a lead is to stand, as callers give it. */
export interface StageParams {
  pipeline?: string;
  pipeline_id?: number;
  status?: string;
  status_id?: number;
  loss_reason?: string;
  loss_reason_id?: number;
}

/** Where a lead stands. */
export interface Place {
  pipeline_id?: number | null | undefined;
  status_id?: number | null | undefined;
}

/**
 * The ids for a new lead: a status without a pipeline is looked up in the main one. Errors: those of reads. Ids that a
 * caller gave are not checked; amoCRM does that.
 */
export function stageOfNew(tools: NameTools, params: StageParams, pathOf: PathOf = ownPath): Promise<Stage> {
  return stageOnce(tools, pathOf, () => findNew(tools, params, pathOf));
}

async function findNew(tools: NameTools, params: StageParams, pathOf: PathOf): Promise<Stage> {
  const [given, loss_reason_id] = await Promise.all([
    pipelineOf(tools, params, pathOf),
    lossReasonOf(tools, params, pathOf),
  ]);
  const isByName = params.status !== undefined && params.status_id === undefined && idIn(params.status) === undefined;
  const pipeline_id = isByName && given === undefined ? await mainPipeline(tools, pathOf) : given;
  const status_id = isFault(pipeline_id)
    ? undefined
    : await statusOf(tools, params, { scope: idOf(pipeline_id) }, pathOf);
  return judged({ pipeline_id, status_id, loss_reason_id }, undefined);
}

/**
 * The ids for a lead that stands somewhere: a status without a pipeline is looked up in the lead's own, a status's id
 * goes with the pipeline that has it. The status is always sent with its pipeline: amoCRM needs both. Errors: those of
 * reads.
 */
export function stageOfExisting(
  tools: NameTools,
  params: StageParams,
  own: Place,
  pathOf: PathOf = ownPath,
): Promise<Stage> {
  return stageOnce(tools, pathOf, () => findExisting(tools, params, own, pathOf));
}

async function findExisting(tools: NameTools, params: StageParams, own: Place, pathOf: PathOf): Promise<Stage> {
  const [given, loss_reason_id] = await Promise.all([
    pipelineOf(tools, params, pathOf),
    lossReasonOf(tools, params, pathOf),
  ]);
  // Of a lead that has only just been made it may not be known where it stands: that is the main pipeline then.
  const stays = own.pipeline_id ?? idOf(await mainPipeline(tools, pathOf));
  const within = { scope: idOf(given) ?? stays, own: own.status_id ?? undefined };
  const status_id = isFault(given) ? undefined : await statusOf(tools, params, within, pathOf);
  if (status_id === undefined) {
    const isElsewhere = given !== undefined && !isFault(given) && given.id !== stays;
    const alone = isElsewhere ? [aloneFault(given)] : [];
    const { ids, faults } = judged({ pipeline_id: given, loss_reason_id }, own.status_id ?? undefined);
    return { ids: { loss_reason_id: ids.loss_reason_id }, faults: [...faults, ...alone] };
  }
  const home = given ?? (await homeOf(tools, status_id, stays));
  return judged({ pipeline_id: home, status_id, loss_reason_id }, undefined);
}

function pipelineOf(
  tools: NameTools,
  { pipeline: name, pipeline_id: id }: StageParams,
  pathOf: PathOf,
): Promise<Resolved> {
  return resolveName(tools, tools.directories.pipelines, { name, id, key: 'pipeline', pathOf });
}

async function statusOf(
  tools: NameTools,
  { status: name, status_id: id }: StageParams,
  { scope, own }: { scope: number | undefined; own?: number | undefined },
  pathOf: PathOf,
): Promise<Resolved> {
  const resolved = await resolveName(tools, tools.directories.statuses, { name, id, key: 'status', scope, pathOf });
  return name === undefined || idIn(name) !== undefined ? resolved : notUnsorted(tools, resolved, own);
}

function lossReasonOf(tools: NameTools, { loss_reason: name, loss_reason_id: id }: StageParams, pathOf: PathOf) {
  return resolveName(tools, tools.directories.lossReasons, { name, id, key: 'loss_reason', pathOf });
}

/** Where amoCRM puts a new lead of which this is given: by default into the first stage of the main pipeline. */
export async function placeOfNew(tools: NameTools, given: Readonly<Record<string, unknown>>): Promise<Place> {
  if (given.status_id !== undefined && given.pipeline_id !== undefined) return {};
  const pipelines = await tools.directories.pipelines.list(tools.operation);
  const pipeline =
    given.pipeline_id === undefined ? mainOf(pipelines) : pipelines.find(({ id }) => id === given.pipeline_id);
  const first = pipeline?._embedded.statuses.find(({ type }) => type !== unsorted);
  return { pipeline_id: pipeline?.id, status_id: first?.id };
}

/** The pipeline in which amoCRM puts leads that name none. */
async function mainPipeline(tools: NameTools, pathOf: PathOf): Promise<Resolved> {
  const main = mainOf(await tools.directories.pipelines.list(tools.operation));
  return main === undefined ? undefined : { id: main.id, path: pathOf('status') };
}

function mainOf(pipelines: readonly Pipeline[]): Pipeline | undefined {
  return pipelines.find(({ is_main }) => is_main === true) ?? pipelines[0];
}

/** The pipeline of a status that was given without one. Won and lost are in all, so the lead stays where it is. */
async function homeOf(tools: NameTools, status: Resolved, stays: number | undefined): Promise<NamedId | undefined> {
  const id = idOf(status);
  if (id === undefined || status === undefined) return undefined;
  const statuses = id === won || id === lost ? [] : await tools.directories.statuses.list(tools.operation);
  const homes = statuses.filter((candidate) => candidate.id === id).map(({ pipeline }) => pipeline.id);
  const home = stays !== undefined && homes.includes(stays) ? stays : (homes[0] ?? stays);
  return home === undefined ? undefined : { id: home, path: status.path };
}

/** A loss reason is for lost leads alone: amoCRM drops it elsewhere without a word. */
function judged(ids: Stage['ids'], statusNow: number | undefined): Stage {
  const { pipeline_id, status_id, loss_reason_id } = ids;
  const faults = faultsOf(pipeline_id, status_id, loss_reason_id);
  const isLost = isFault(status_id) || isFault(pipeline_id) || (idOf(status_id) ?? statusNow) === lost;
  if (loss_reason_id === undefined || isFault(loss_reason_id) || isLost) return { ids, faults };
  const message = nameMessages.lostOnly;
  return { ids, faults: [...faults, { path: loss_reason_id.path, message, code: 'INVALID_REQUEST' }] };
}

function aloneFault({ path }: NamedId): Fault {
  const message = nameMessages.otherPipeline;
  return { path, message, code: 'INVALID_REQUEST' };
}

import { problemOfFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { demandId, type NamedId, resolveName } from '../../directories/resolve.ts';
import { listReader } from '../../shapes/entities.ts';
import { reader } from '../../shapes/hal.ts';
import { LossReason, Pipeline, Status } from '../../shapes/pipelines.ts';
import { readWholeList } from '../list.ts';
import { missingEntity } from '../references.ts';

/** A pipeline by its name or id, as callers give it. */
export interface PipelineParams {
  pipeline?: string;
  pipeline_id?: number;
}

const readPipeline = reader(Pipeline, 'a pipeline');
const readPipelines = listReader(Pipeline);
const readStatuses = listReader(Status);
const readLossReasons = listReader(LossReason);

/** All pipelines, with their statuses. Errors: those of reads. Source: developers' reference, pipelines. */
export async function listPipelines(amo: Amo) {
  const pipelines = await readWholeList(amo, { path: 'leads/pipelines', list: 'pipelines', read: readPipelines });
  return { ...pipelines, entity_type: 'leads' as const };
}

/** Errors: those of names, ENTITY_NOT_FOUND, those of reads. */
export async function getPipeline(amo: Amo, params: PipelineParams) {
  const named = await pipelineOf(amo, params);
  const answer = await amo.gate.read(`leads/pipelines/${named.id}`, [], amo.operation, { mayBeAbsent: true });
  if (answer === undefined) throw absent(named);
  return { pipeline: readPipeline(answer) };
}

/** The statuses of a pipeline. Errors: those of names, ENTITY_NOT_FOUND, those of reads. */
export async function listStatuses(amo: Amo, params: PipelineParams) {
  const named = await pipelineOf(amo, params);
  const path = `leads/pipelines/${named.id}/statuses`;
  const answer = await amo.gate.read(path, [], amo.operation, { mayBeAbsent: true });
  // Every pipeline has statuses, so "nothing" is no empty list.
  if (answer === undefined) throw absent(named);
  const items = readStatuses(answer, 'statuses');
  return { items, count: items.length, pipeline_id: named.id };
}

/** Why leads are lost. Errors: those of reads. Source: developers' reference, leads. */
export function listLossReasons(amo: Amo) {
  return readWholeList(amo, { path: 'leads/loss_reasons', list: 'loss_reasons', read: readLossReasons });
}

async function pipelineOf(amo: Amo, { pipeline: name, pipeline_id: id }: PipelineParams): Promise<NamedId> {
  return demandId(await resolveName(amo, amo.directories.pipelines, { name, id, key: 'pipeline' }));
}

function absent({ id, path }: NamedId) {
  return problemOfFaults([missingEntity('pipelines', id, path)]);
}

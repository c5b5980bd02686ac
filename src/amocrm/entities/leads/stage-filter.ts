import { nameMessages } from '../../../messages/names.ts';
import type { Fault } from '../../../problems/problem.ts';
import type { NameTools } from '../../directories/directories.ts';
import { idOf, isFault, resolveName } from '../../directories/resolve.ts';
import type { StageParams } from '../../directories/stage.ts';
import { byId, type GivenFilter } from '../list-filter.ts';

/**
 * The filter for the pipeline and the status that leads are to stand in. amoCRM filters by a status with its pipeline
 * only, so one without is looked for in all of them: won and lost are in each, another is in one, or it is ambiguous.
 * Errors: those of reads.
 */
export async function stageFilter(tools: NameTools, params: StageParams): Promise<GivenFilter | Fault | undefined> {
  const { pipelines, statuses, allStatuses } = tools.directories;
  const { pipeline: name, pipeline_id: id } = params;
  const pipeline = await resolveName(tools, pipelines, { name, id, key: 'pipeline' });
  if (isFault(pipeline)) return pipeline;
  const scope = idOf(pipeline);
  const given = { name: params.status, id: params.status_id, key: 'status', scope };
  const status = await resolveName(tools, scope === undefined ? allStatuses : statuses, given);
  if (status === undefined) return byId('pipeline_id', pipeline);
  if (isFault(status)) return status;
  const homes = scope === undefined ? await homesOf(tools, status.id) : [scope];
  if (homes.length === 0) {
    return { path: status.path, message: nameMessages.noPipelineHas(status.id), code: 'UNKNOWN_NAME' };
  }
  const value = homes.map((pipeline_id) => ({ pipeline_id, status_id: status.id }));
  return { name: 'statuses', value, path: status.path };
}

/** The pipelines that have the status. */
async function homesOf({ directories: { allStatuses }, operation }: NameTools, id: number): Promise<number[]> {
  const known = await allStatuses.list(operation);
  const statuses = known.some((status) => status.id === id) ? known : await allStatuses.refresh(operation);
  return statuses.filter((status) => status.id === id).map(({ pipeline }) => pipeline.id);
}

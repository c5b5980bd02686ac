import { type Static, Type } from 'typebox';
import type { Gate } from '../gate.ts';
import type { Operation } from '../operation/operation.ts';
import { itemReader, listReader } from '../shapes/entities.ts';

export const won = 142;
export const lost = 143;
/** The type of the status «Неразобранное». */
export const unsorted = 1;

const maybe = { additionalProperties: true };
const PipelineStatus = Type.Object(
  { id: Type.Integer(), name: Type.String(), type: Type.Optional(Type.Integer()) },
  maybe,
);
const PipelineRow = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    is_main: Type.Optional(Type.Boolean()),
    is_archive: Type.Optional(Type.Boolean()),
    _embedded: Type.Optional(Type.Object({ statuses: Type.Array(Type.Unknown()) })),
  },
  maybe,
);

export interface Pipeline extends Omit<Static<typeof PipelineRow>, '_embedded'> {
  _embedded: { statuses: Static<typeof PipelineStatus>[] };
}

/** A status with the pipeline that it belongs to: won and lost belong to each, under the same ids. */
export interface Status extends Static<typeof PipelineStatus> {
  pipeline: Pipeline;
}

const readPipelines = listReader(PipelineRow);
const readStatuses = itemReader(PipelineStatus);

/**
 * All pipelines with their statuses. Errors: those of reads. Source: developers' reference, pipelines
 * (`GET /api/v4/leads/pipelines`), which is never paged.
 */
export async function loadPipelines(gate: Gate, operation: Operation): Promise<Pipeline[]> {
  const answer = await gate.read('leads/pipelines', [], operation);
  const rows = answer === undefined ? [] : readPipelines(answer, 'pipelines');
  return rows.map((row) => ({ ...row, _embedded: { statuses: readStatuses(row._embedded?.statuses ?? []) } }));
}

/** The statuses of all pipelines. */
export function statusesOf(pipelines: readonly Pipeline[]): Status[] {
  return pipelines.flatMap((pipeline) => pipeline._embedded.statuses.map((status) => ({ ...status, pipeline })));
}

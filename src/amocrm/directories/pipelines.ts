import { type Static, Type } from 'typebox';
import type { Gate } from '../gate.ts';
import type { Operation } from '../operation/operation.ts';
import { reader } from '../shapes/hal.ts';

export const won = 142;
export const lost = 143;

const maybe = { additionalProperties: true };
const PipelineStatus = Type.Object(
  { id: Type.Integer(), name: Type.String(), type: Type.Optional(Type.Integer()) },
  maybe,
);
const Pipeline = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    is_main: Type.Optional(Type.Boolean()),
    is_archive: Type.Optional(Type.Boolean()),
    _embedded: Type.Object({ statuses: Type.Array(PipelineStatus) }),
  },
  maybe,
);
export type Pipeline = Static<typeof Pipeline>;

/** A status with the pipeline that it belongs to: won and lost belong to each, under the same ids. */
export interface Status extends Static<typeof PipelineStatus> {
  pipeline: Pipeline;
}

const readPipelines = reader(
  Type.Object({ _embedded: Type.Object({ pipelines: Type.Array(Pipeline) }) }),
  'a list of pipelines',
);

/**
 * All pipelines with their statuses. Errors: those of reads. Source: developers' reference, pipelines
 * (`GET /api/v4/leads/pipelines`), which is never paged.
 */
export async function loadPipelines(gate: Gate, operation: Operation): Promise<Pipeline[]> {
  const answer = await gate.read('leads/pipelines', [], operation);
  return answer === undefined ? [] : readPipelines(answer)._embedded.pipelines;
}

/** The statuses of all pipelines. */
export function statusesOf(pipelines: readonly Pipeline[]): Status[] {
  return pipelines.flatMap((pipeline) => pipeline._embedded.statuses.map((status) => ({ ...status, pipeline })));
}

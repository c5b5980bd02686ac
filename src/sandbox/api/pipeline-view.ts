import { notFound } from '../http/answer.ts';
import type { Pipeline, Status } from '../store/models.ts';
import { type Call, idAt, link } from './call.ts';

/** The pipeline that the path names. */
export function pipelineOf(call: Call): Pipeline {
  const pipeline = call.store.pipelines.get(idAt(call, 0));
  if (pipeline === undefined) throw notFound('Pipeline not found');
  return pipeline;
}

export function pipelineView(pipeline: Pipeline, call: Call) {
  const { statuses, ...own } = pipeline;
  return {
    ...own,
    account_id: call.store.account.id,
    _links: link(call, `leads/pipelines/${pipeline.id}`),
    _embedded: { statuses: statuses.map((status) => statusView(status, pipeline, call)) },
  };
}

export function statusOf(call: Call): Status {
  const status = pipelineOf(call).statuses.find(({ id }) => id === idAt(call, 1));
  if (status === undefined) throw notFound('Status not found');
  return status;
}

export function statusView(status: Status, pipeline: Pipeline, call: Call) {
  const _links = link(call, `leads/pipelines/${pipeline.id}/statuses/${status.id}`);
  return { ...status, pipeline_id: pipeline.id, account_id: call.store.account.id, _links };
}

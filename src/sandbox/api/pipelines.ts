import { type Answer, hal, notFound } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import type { Pipeline, Status } from '../store/models.ts';
import { type Call, idAt, link } from './call.ts';

/** page and limit are ignored: these lists are always whole. */
export const pipelineRoutes: Routes = {
  '/api/v4/leads/pipelines': { GET: list },
  '/api/v4/leads/pipelines/:id': { GET: (call) => hal(pipelineView(pipelineOf(call), call)) },
  '/api/v4/leads/pipelines/:id/statuses': { GET: listStatuses },
  '/api/v4/leads/pipelines/:id/statuses/:id': { GET: getStatus },
};

function list(call: Call): Answer {
  const pipelines = [...call.store.pipelines.values()].map((pipeline) => pipelineView(pipeline, call));
  const _links = link(call, 'leads/pipelines');
  return hal({ _total_items: pipelines.length, _links, _embedded: { pipelines } });
}

function listStatuses(call: Call): Answer {
  const pipeline = pipelineOf(call);
  const statuses = pipeline.statuses.map((status) => statusView(status, pipeline, call));
  const _links = link(call, `leads/pipelines/${pipeline.id}/statuses`);
  return hal({ _total_items: statuses.length, _links, _embedded: { statuses } });
}

function getStatus(call: Call): Answer {
  const pipeline = pipelineOf(call);
  const status = pipeline.statuses.find(({ id }) => id === idAt(call, 1));
  if (status === undefined) throw notFound('Status not found');
  return hal(statusView(status, pipeline, call));
}

function pipelineOf(call: Call): Pipeline {
  const pipeline = call.store.pipelines.get(idAt(call, 0));
  if (pipeline === undefined) throw notFound('Pipeline not found');
  return pipeline;
}

function pipelineView(pipeline: Pipeline, call: Call) {
  const { statuses, ...own } = pipeline;
  return {
    ...own,
    is_unsorted_on: true,
    is_archive: false,
    account_id: call.store.account.id,
    _links: link(call, `leads/pipelines/${pipeline.id}`),
    _embedded: { statuses: statuses.map((status) => statusView(status, pipeline, call)) },
  };
}

function statusView(status: Status, pipeline: Pipeline, call: Call) {
  const _links = link(call, `leads/pipelines/${pipeline.id}/statuses/${status.id}`);
  return { ...status, pipeline_id: pipeline.id, account_id: call.store.account.id, _links };
}

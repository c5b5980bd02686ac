import { type Answer, hal } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import { type Call, link } from './call.ts';
import { pipelineOf, pipelineView, statusOf, statusView } from './pipeline-view.ts';
import { createPipelines, deletePipeline, updatePipeline } from './pipeline-write.ts';
import { createStatuses, deleteStatus, updateStatus } from './status-write.ts';

/** page and limit are ignored: these lists are always whole. */
export const pipelineRoutes: Routes = {
  '/api/v4/leads/pipelines': { GET: list, POST: createPipelines },
  '/api/v4/leads/pipelines/:id': {
    GET: (call) => hal(pipelineView(pipelineOf(call), call)),
    PATCH: updatePipeline,
    DELETE: deletePipeline,
  },
  '/api/v4/leads/pipelines/:id/statuses': { GET: listStatuses, POST: createStatuses },
  '/api/v4/leads/pipelines/:id/statuses/:id': {
    GET: (call) => hal(statusView(statusOf(call), pipelineOf(call), call)),
    PATCH: updateStatus,
    DELETE: deleteStatus,
  },
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

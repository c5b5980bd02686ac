import Type, { type Static } from 'typebox';
import { type Answer, hal, noContent, problem, Refused } from '../http/answer.ts';
import type { Pipeline } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, decodeOne, refusal, requestId } from '../validation/items.ts';
import { violation } from '../validation/violation.ts';
import { type Call, idAt, link } from './call.ts';
import { exactly, optional, RequestId } from './draft.ts';
import { pipelineOf, pipelineView } from './pipeline-view.ts';
import { Color, newStatuses, ordered, SYSTEM } from './status-rules.ts';

const MAX_PIPELINES = 50;
const Name = Type.String({ minLength: 1 });
const own = { name: Name, sort: Type.Integer(), is_main: Type.Boolean(), is_unsorted_on: Type.Boolean() };

const NewStatus = exactly({
  id: optional(Type.Enum([...SYSTEM])),
  name: Name,
  sort: optional(Type.Integer()),
  color: optional(Color),
  // The official SDK sends one with every status.
  request_id: RequestId,
});
const acceptNew = accepts(
  exactly({
    ...own,
    _embedded: optional(exactly({ statuses: optional(Type.Array(NewStatus)) })),
    request_id: RequestId,
  }),
);
const Change = Type.Partial(exactly({ ...own, request_id: RequestId, id: Type.Integer() }), { minProperties: 1 });
const acceptChange = accepts(Change);

/** Pipelines come back whole: https://www.amocrm.ru/developers/content/crm_platform/leads_pipelines */
export function createPipelines(call: Call): Answer {
  const { store } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    const draft = acceptNew(item, found);
    return draft && { draft, requestId: requestId(item, index) };
  });
  if (store.pipelines.size + drafts.length > MAX_PIPELINES) {
    throw new Refused(problem(422, `Limit ${MAX_PIPELINES} pipelines per account`));
  }
  const pipelines = drafts.map(({ draft: { request_id, _embedded, ...sent }, requestId }) => {
    const pipeline = {
      id: store.nextId(),
      ...sent,
      is_archive: false,
      statuses: newStatuses(_embedded?.statuses ?? [], store),
    };
    store.pipelines.set(pipeline.id, pipeline);
    if (pipeline.is_main) makeMain(pipeline, store);
    return { ...pipelineView(pipeline, call), request_id: requestId };
  });
  const ids = pipelines.map(({ id }) => id);
  const _links = link(call, 'leads/pipelines');
  return hal({ _total_items: pipelines.length, _links, _embedded: { pipelines } }, ids);
}

export function updatePipeline(call: Call): Answer {
  const pipeline = pipelineOf(call);
  const changes = decodeOne(call.body, (item, found) => {
    const change = acceptChange(item, found);
    // An account always has a main pipeline.
    if (pipeline.is_main && change?.is_main === false) found.push(violation('NotSupportedChoice', 'is_main'));
    return change;
  });
  for (const change of changes) apply(pipeline, change, call.store);
  const request_id = String(changes[0]?.request_id ?? 0);
  return hal({ ...pipelineView(pipeline, call), request_id });
}

export function deletePipeline(call: Call): Answer {
  const { store } = call;
  const pipeline = store.pipelines.get(idAt(call, 0));
  if (pipeline === undefined || pipeline.is_main) {
    throw refusal([{ request_id: '0', errors: [violation('NotSupportedChoice', 'id')] }]);
  }
  const hasLeads = store.leads.values().some((lead) => lead.pipeline_id === pipeline.id && !lead.is_deleted);
  if (hasLeads) throw new Refused(problem(422, 'Only pipelines without leads can be deleted'));
  store.pipelines.delete(pipeline.id);
  return noContent();
}

function apply(pipeline: Pipeline, { id, request_id, ...change }: Static<typeof Change>, store: Store): void {
  Object.assign(pipeline, change);
  if (change.is_main) makeMain(pipeline, store);
  pipeline.statuses = ordered(pipeline.statuses);
}

function makeMain(main: Pipeline, store: Store): void {
  for (const pipeline of store.pipelines.values()) pipeline.is_main = pipeline === main;
}

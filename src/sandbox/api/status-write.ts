import Type from 'typebox';
import { type Answer, hal, noContent, problem, Refused } from '../http/answer.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, decodeOne, refusal, requestId } from '../validation/items.ts';
import { violation } from '../validation/violation.ts';
import type { Call } from './call.ts';
import { exactly, optional, RequestId } from './draft.ts';
import { firstStatus } from './lead-stage.ts';
import { pipelineOf, statusOf, statusView } from './pipeline-view.ts';
import { Color, newStatus, ordered } from './status-rules.ts';

/** In a pipeline, with the system ones. */
const MAX_STATUSES = 100;
const Name = Type.String({ minLength: 1 });
const own = { name: Name, sort: Type.Integer() };
const acceptNew = accepts(exactly({ ...own, color: optional(Color), request_id: RequestId }));
const acceptChange = accepts(
  Type.Partial(exactly({ ...own, color: Color, request_id: RequestId, id: Type.Integer() }), { minProperties: 1 }),
);

export function createStatuses(call: Call): Answer {
  const pipeline = pipelineOf(call);
  const drafts = decodeItems(call.body, (item, found, index) => {
    const draft = acceptNew(item, found);
    return draft && { draft, requestId: requestId(item, index) };
  });
  if (pipeline.statuses.length + drafts.length > MAX_STATUSES) {
    throw new Refused(problem(422, `Limit ${MAX_STATUSES} statuses per pipeline`));
  }
  const made = drafts.map(({ draft, requestId }) => ({ status: newStatus(draft, call.store), requestId }));
  pipeline.statuses = ordered([...pipeline.statuses, ...made.map(({ status }) => status)]);
  const statuses = made.map(({ status, requestId }) => ({
    ...statusView(status, pipeline, call),
    request_id: requestId,
  }));
  return hal(
    { _total_items: statuses.length, _embedded: { statuses } },
    statuses.map(({ id }) => id),
  );
}

export function updateStatus(call: Call): Answer {
  const pipeline = pipelineOf(call);
  const status = statusOf(call);
  const changes = decodeOne(call.body, (item, found) => {
    if (!status.is_editable) found.push(violation('NotSupportedChoice', 'id'));
    return acceptChange(item, found);
  });
  for (const { id, request_id, ...change } of changes) Object.assign(status, change);
  pipeline.statuses = ordered(pipeline.statuses);
  return hal({ ...statusView(status, pipeline, call), request_id: String(changes[0]?.request_id ?? 0) });
}

/** Its leads move to the pipeline's first stage. */
export function deleteStatus(call: Call): Answer {
  const { leads } = call.store;
  const pipeline = pipelineOf(call);
  const status = statusOf(call);
  if (!status.is_editable) throw refusal([{ request_id: '0', errors: [violation('NotSupportedChoice', 'id')] }]);
  pipeline.statuses = pipeline.statuses.filter((each) => each !== status);
  const stage = firstStatus(pipeline);
  for (const { id } of leads.values().filter((lead) => lead.status_id === status.id)) {
    leads.update(id, (lead) => {
      lead.status_id = stage;
    });
  }
  return noContent();
}

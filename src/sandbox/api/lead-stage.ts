import type { Lead, Pipeline } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { type Violation, violation } from '../validation/violation.ts';

// The same two ids close a lead in every pipeline: https://www.amocrm.ru/developers/content/crm_platform/leads_pipelines
const WON = 142;
const LOST = 143;

export interface StageDraft {
  pipeline_id?: number;
  status_id?: number;
}

export function mainPipeline(store: Store): Pipeline {
  const main = [...store.pipelines.values()].find((pipeline) => pipeline.is_main);
  if (main === undefined) throw new Error('the sandbox account has no main pipeline');
  return main;
}

/** The first ordinary stage; "Неразобранное" is not one. */
export function firstStatus(pipeline: Pipeline): number {
  return pipeline.statuses.find((status) => status.type === 0)?.id ?? WON;
}

/** Puts a lead into its pipeline's "Неразобранное". */
export function putIntoUnsorted(store: Store, lead: Lead): void {
  const pipeline = store.pipelines.get(lead.pipeline_id) ?? mainPipeline(store);
  lead.status_id = pipeline.statuses.find((status) => status.type === 1)?.id ?? firstStatus(pipeline);
  lead.closed_at = null;
}

/** A status must belong to the pipeline that is named beside it, else to the lead's own, else to the main one. */
export function checkStage(store: Store, draft: StageDraft, found: Violation[], current?: Lead): void {
  const pipelineId = draft.pipeline_id ?? current?.pipeline_id ?? mainPipeline(store).id;
  const pipeline = store.pipelines.get(pipelineId);
  if (pipeline === undefined) found.push(violation('NotSupportedChoice', 'pipeline_id'));
  else if (draft.status_id !== undefined && !isOpenTo(pipeline, draft.status_id, current)) {
    found.push(violation('NotSupportedChoice', 'status_id'));
  }
}

/** Moves the lead; entering a closing status stamps closed_at, leaving one clears it. */
export function applyStage(store: Store, lead: Lead, draft: StageDraft & { closed_at?: number | null }): void {
  const pipeline = store.pipelines.get(draft.pipeline_id ?? lead.pipeline_id) ?? mainPipeline(store);
  const wanted = draft.status_id ?? lead.status_id;
  const wasClosed = isClosing(lead.status_id) && lead.closed_at !== null;
  lead.pipeline_id = pipeline.id;
  lead.status_id = hasStatus(pipeline, wanted) ? wanted : firstStatus(pipeline);
  if (pipeline.statuses.find(({ id }) => id === lead.status_id)?.type === 0) store.unsorted.leave(lead.id);
  if (draft.closed_at !== undefined) lead.closed_at = draft.closed_at;
  else if (!isClosing(lead.status_id)) lead.closed_at = null;
  else if (!wasClosed) lead.closed_at = lead.updated_at;
}

// Nothing is moved into "Неразобранное" but what the unsorted methods make; a lead that is there may say so.
function isOpenTo(pipeline: Pipeline, id: number, current?: Lead): boolean {
  const status = pipeline.statuses.find((each) => each.id === id);
  return status !== undefined && (status.type === 0 || status.id === current?.status_id);
}

function isClosing(status: number): boolean {
  return status === WON || status === LOST;
}

function hasStatus(pipeline: Pipeline, id: number): boolean {
  return pipeline.statuses.some((status) => status.id === id);
}

import { Type } from 'typebox';
import { listStatuses as list } from '../../amocrm/entities/pipelines/pipelines.ts';
import { Status } from '../../amocrm/shapes/pipelines.ts';
import { needsOneOf, pipeline } from '../../schemas/named.ts';
import { defineWholeListStep } from '../define-list-step.ts';
import { nameFailures, Params } from '../define-step.ts';
import { statusExample } from './examples.ts';

export const listStatuses = defineWholeListStep({
  type: 'amocrm_list_statuses',
  label: 'список статусов',
  summary: 'Lists the statuses of a pipeline.',
  description: 'In the pipeline’s order; won and lost come last.',
  tag: 'Pipelines',
  outputVar: 'statuses',
  params: Params('statuses', pipeline, { allOf: [needsOneOf('pipeline', 'pipeline_id')] }),
  item: Status,
  more: { pipeline_id: Type.Integer({ description: 'The pipeline.' }) },
  failures: ['ENTITY_NOT_FOUND', ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { pipeline: 'Продажи' },
      result: { statuses: [statusExample], count: 1, pipeline_id: 1 },
    },
  ],
  run: (params, amo) => list(amo, params),
});

import { getPipeline as get } from '../../amocrm/entities/pipelines/pipelines.ts';
import { Pipeline } from '../../amocrm/shapes/pipelines.ts';
import { needsOneOf, pipeline } from '../../schemas/named.ts';
import { defineGetStep } from '../define-get-step.ts';
import { nameFailures, Params, Result } from '../define-step.ts';
import { pipelineExample } from './examples.ts';

export const getPipeline = defineGetStep({
  type: 'amocrm_get_pipeline',
  label: 'получение воронки',
  summary: 'Gives a pipeline with its statuses.',
  description: 'By its name or id, as it is now.',
  tag: 'Pipelines',
  outputVar: 'pipeline',
  params: Params('pipeline', pipeline, { allOf: [needsOneOf('pipeline', 'pipeline_id')] }),
  result: Result({ pipeline: Pipeline }),
  failures: nameFailures,
  examples: [
    { summary: 'The least', params: { pipeline: 'Продажи' }, result: { pipeline: pipelineExample } },
    { summary: 'By id', params: { pipeline_id: 1, output_var: 'sales' }, result: { pipeline: pipelineExample } },
  ],
  run: (params, amo) => get(amo, params),
});

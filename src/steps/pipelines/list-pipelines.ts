import { Type } from 'typebox';
import { listPipelines as list } from '../../amocrm/entities/pipelines/pipelines.ts';
import { Pipeline } from '../../amocrm/shapes/pipelines.ts';
import { EntityTypeOf } from '../../schemas/entity-type.ts';
import { defineWholeListStep } from '../define-list-step.ts';
import { Params } from '../define-step.ts';
import { pipelineExample } from './examples.ts';

const types = ['leads'] as const;

export const listPipelines = defineWholeListStep({
  type: 'amocrm_list_pipelines',
  label: 'список воронок',
  summary: 'Lists all pipelines with their statuses.',
  description: 'Archived ones too: they have `is_archive: true`.',
  tag: 'Pipelines',
  outputVar: 'pipelines',
  params: Params('pipelines', {
    entity_type: Type.Optional(EntityTypeOf(types, 'What stands in pipelines.', { default: 'leads' })),
  }),
  item: Pipeline,
  more: { entity_type: Type.Enum([...types], { type: 'string', description: 'What stands in them.' }) },
  examples: [
    {
      summary: 'The least',
      params: {},
      result: { pipelines: [pipelineExample], count: 1, entity_type: 'leads' },
    },
  ],
  run: (_params, amo) => list(amo),
});

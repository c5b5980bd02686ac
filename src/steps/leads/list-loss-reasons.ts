import { listLossReasons as list } from '../../amocrm/entities/pipelines/pipelines.ts';
import { LossReason } from '../../amocrm/shapes/pipelines.ts';
import { defineWholeListStep } from '../define-list-step.ts';
import { Params } from '../define-step.ts';

export const listLossReasons = defineWholeListStep({
  type: 'amocrm_list_loss_reasons',
  label: 'список причин отказа',
  summary: 'Lists the reasons why leads are lost.',
  description: 'A lead that goes to `lost` takes one of them by its name.',
  tag: 'Leads',
  outputVar: 'loss_reasons',
  params: Params('loss_reasons', {}),
  item: LossReason,
  examples: [
    {
      summary: 'The least',
      params: {},
      result: { loss_reasons: [{ id: 501, name: 'Дорого', sort: 10 }], count: 1 },
    },
  ],
  run: (_params, amo) => list(amo),
});

import { leadListParams, listLeads as list } from '../../amocrm/entities/leads/read-leads.ts';
import { defineListStep, filterAddOn, filterFailures, pageExample } from '../define-list-step.ts';
import { Params } from '../define-step.ts';
import { readLeadExample } from './examples.ts';
import { ReadLead } from './results.ts';

export const listLeads = defineListStep({
  type: 'amocrm_list_leads',
  label: 'список сделок',
  summary: 'Lists leads, a page at a time.',
  description: `A \`status\` without a pipeline is looked for in all; \`won\` and \`lost\` then mean those of all. \`with: only_deleted\` lists the recycle bin instead. ${filterAddOn}`,
  tag: 'Leads',
  outputVar: 'leads',
  params: Params('leads', leadListParams),
  item: ReadLead,
  failures: filterFailures,
  examples: [
    { summary: 'The least', params: {}, result: pageExample('leads', readLeadExample) },
    {
      summary: 'Won in a pipeline since a day',
      params: { pipeline: 'Продажи', status: 'won', filter: { closed_at: { from: 1_700_000_000 } } },
      result: pageExample('leads', readLeadExample),
    },
  ],
  run: (params, amo) => list(amo, params),
});

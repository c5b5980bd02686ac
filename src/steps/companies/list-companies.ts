import { companyListParams } from '../../amocrm/entities/companies/list-params.ts';
import { listEntities } from '../../amocrm/entities/read-entities.ts';
import { defineListStep, filterAddOn, filterFailures, pageExample } from '../define-list-step.ts';
import { Params } from '../define-step.ts';
import { readCompanyExample } from './examples.ts';
import { ReadCompany } from './results.ts';

export const listCompanies = defineListStep({
  type: 'amocrm_list_companies',
  label: 'список компаний',
  summary: 'Lists companies, a page at a time.',
  description: filterAddOn,
  tag: 'Companies',
  outputVar: 'companies',
  params: Params('companies', companyListParams),
  item: ReadCompany,
  failures: filterFailures,
  examples: [
    { summary: 'The least', params: {}, result: pageExample('companies', readCompanyExample) },
    {
      summary: 'By name, those of one user',
      params: { responsible_user: 'Ольга Лебедева', order: { name: 'asc' }, limit: 50 },
      result: pageExample('companies', readCompanyExample, 50),
    },
  ],
  run: (params, amo) => listEntities(amo, 'companies', params),
});

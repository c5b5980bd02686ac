import { companyParts } from '../../amocrm/entities/companies/list-params.ts';
import { getEntity } from '../../amocrm/entities/read-entities.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineGetStep } from '../define-get-step.ts';
import { Params, Result } from '../define-step.ts';
import { readCompanyExample } from './examples.ts';
import { ReadCompany } from './results.ts';

export const getCompany = defineGetStep({
  type: 'amocrm_get_company',
  label: 'получение компании',
  summary: 'Gives a company by its id.',
  description: 'Many at once share a call to amoCRM. A company in the recycle bin counts as absent.',
  tag: 'Companies',
  outputVar: 'company',
  params: Params('company', { company_id: Id('The company’s id.', 33001), with: companyParts }),
  result: Result({ company: ReadCompany }),
  examples: [
    { summary: 'The least', params: { company_id: 33001 }, result: { company: readCompanyExample } },
    {
      summary: 'With its leads',
      params: { company_id: 33001, with: ['leads'] },
      result: { company: { ...readCompanyExample, _embedded: { tags: [], leads: [{ id: 67890 }] } } },
    },
  ],
  run: async ({ company_id: id, with: parts }, amo) => ({
    company: await getEntity(amo, 'companies', { id, key: 'company_id', parts }),
  }),
});

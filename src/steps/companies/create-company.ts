import { createCompany as create } from '../../amocrm/entities/companies/companies.ts';
import { companyAttributes } from '../../amocrm/entities/companies/params.ts';
import { defineStep, fieldFailures, nameFailures, Params, Result } from '../define-step.ts';
import { created } from '../results.ts';
import { createdCompanyExample } from './examples.ts';
import { CompanyId, ReadCompany } from './results.ts';

export const createCompany = defineStep({
  type: 'amocrm_create_company',
  label: 'создание компании',
  summary: 'Creates a company.',
  description:
    'Companies of that name are not looked for first. Options of list fields are given by their labels. The same field ' +
    'given twice, say as `phone` and in `custom_fields`, is refused.',
  tag: 'Companies',
  effects: 'writes',
  outputVar: 'created_company',
  params: Params('created_company', companyAttributes),
  result: Result({ company_id: CompanyId, company: created(ReadCompany) }),
  failures: [...fieldFailures, ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { name: 'ООО «Заря»' },
      result: {
        company_id: 33050,
        company: { id: 33050, name: 'ООО «Заря»', custom_fields_values: null, fields: {} },
      },
    },
    {
      summary: 'With phone, e-mail, website and a custom field',
      params: {
        name: 'ООО «Кофейня на Литейном»',
        phone: '+78125550110',
        email: 'hello@coffee.example.com',
        website: 'https://coffee.example.com',
        custom_fields: { INDUSTRY: 'Кафе' },
        tags: ['постоянный'],
        responsible_user: 'Ольга Лебедева',
        output_var: 'new_company',
      },
      result: { company_id: 33051, company: createdCompanyExample },
    },
  ],
  run: (params, amo) => create(amo, params),
});

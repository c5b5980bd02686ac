import { Type } from 'typebox';
import { companyCriteria, companyCriteriaNames, findCompany as find } from '../../amocrm/entities/companies/find.ts';
import { needsOneOf } from '../../schemas/named.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { orNull } from '../results.ts';
import { readCompanyExample } from './examples.ts';
import { ReadCompany } from './results.ts';

export const findCompany = defineStep({
  type: 'amocrm_find_company',
  label: 'поиск компании',
  summary: 'Finds a company by its id, phone, e-mail, name or free text.',
  description:
    'Criteria are tried in the order `company_id`, `phone`, `email`, `name`, `query`; the first that finds wins. amoCRM’s ' +
    'search is fuzzy, so a hit counts only when the company really holds the value; of several the lowest id wins. ' +
    '"Not found" is a success with `found: false`, and is said only after all pages have been read.',
  tag: 'Companies',
  effects: 'reads',
  outputVar: 'company',
  params: Params('company', companyCriteria, needsOneOf(...companyCriteriaNames)),
  result: Result({
    found: Type.Boolean({ description: 'Whether there is such a company.' }),
    company: orNull(ReadCompany),
    count: Type.Integer({ description: 'Exact matches seen; for `query` the hits on the first page.' }),
    matched_by: Type.Union([Type.Enum([...companyCriteriaNames], { type: 'string' }), Type.Null()], {
      description: 'The criterion that found it, null where nothing was found.',
      examples: ['name'],
    }),
  }),
  examples: [
    {
      summary: 'The least',
      params: { name: 'ООО «Кофейня на Литейном»' },
      result: { found: true, company: readCompanyExample, count: 1, matched_by: 'name' },
    },
    {
      summary: 'By phone, nothing found',
      params: { phone: '8 (900) 765-43-21' },
      result: { found: false, company: null, count: 0, matched_by: null },
    },
  ],
  run: (params, amo) => find(amo, params),
});

import { CompanyUpdateData, flatCompanyAttributes } from '../../amocrm/entities/companies/params.ts';
import { updateCompany as update } from '../../amocrm/entities/companies/update.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineUpdateStep } from '../define-update-step.ts';
import { readCompanyExample } from './examples.ts';
import { CompanyId, ReadCompany } from './results.ts';

export const updateCompany = defineUpdateStep({
  type: 'amocrm_update_company',
  label: 'обновление компании',
  summary: 'Changes a company without losing what it has.',
  description:
    'Only what is named and differs is sent: in `update_data`, or as the same keys beside it. `website` is short for the ' +
    'field WEB. Contacts are linked by `amocrm_link_contact_to_company`, leads by `amocrm_link_entities`.',
  tag: 'Companies',
  outputVar: 'updated_company',
  idParam: 'company_id',
  id: Id('The company to change; it must exist.', 33001),
  data: CompanyUpdateData,
  flat: flatCompanyAttributes,
  result: { company_id: CompanyId, company: ReadCompany },
  examples: [
    {
      summary: 'The least',
      params: { company_id: 33001, phone: '+78125550199' },
      result: { company_id: 33001, company: readCompanyExample, updated: true, updated_fields: ['phone'] },
    },
    {
      summary: 'A website, a tag and a note',
      params: {
        company_id: 33001,
        update_data: { website: 'https://zerno.example.com', tags: ['VIP'], notes: 'Переехали на Лиговский' },
        output_var: 'updated_company',
      },
      result: {
        company_id: 33001,
        company: readCompanyExample,
        updated: true,
        updated_fields: ['tags', 'website', 'notes'],
        note_id: 76787986,
      },
    },
  ],
  run: ({ id, ...changes }, amo) => update(amo, id, changes),
});

import { Type } from 'typebox';
import { linkContactToCompany as link } from '../../amocrm/entities/linking/company.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineStep, Params, Result } from '../define-step.ts';

export const linkContactToCompany = defineStep({
  type: 'amocrm_link_contact_to_company',
  label: 'привязка контакта',
  summary: 'Links a contact to a company, in place of its own.',
  description:
    'A contact has one company: the one that it has is unlinked first, and linked again if amoCRM refuses the other. ' +
    'Nothing is written where the contact has this company already.',
  tag: 'Companies',
  effects: 'writes',
  outputVar: 'link_result',
  params: Params('link_result', {
    contact_id: Id('The contact; it must exist.'),
    company_id: Id('The company; it must exist.', 33002),
  }),
  result: Result({
    linked: Type.Boolean({ description: 'The contact has this company.' }),
    contact_id: Type.Integer({ description: 'The contact’s id.', examples: [12345] }),
    company_id: Type.Integer({ description: 'The company’s id.', examples: [33002] }),
  }),
  examples: [
    {
      summary: 'The least',
      params: { contact_id: 12345, company_id: 33002 },
      result: { linked: true, contact_id: 12345, company_id: 33002 },
    },
  ],
  run: (params, amo) => link(amo, params),
});

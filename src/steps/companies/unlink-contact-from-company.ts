import { Type } from 'typebox';
import { unlinkContactFromCompany as unlink } from '../../amocrm/entities/linking/company.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineStep, Params, Result } from '../define-step.ts';

export const unlinkContactFromCompany = defineStep({
  type: 'amocrm_unlink_contact_from_company',
  label: 'отвязка контакта',
  summary: 'Undoes the link of a contact to its company.',
  description: 'A contact that has no such company is a success with `unlinked: false`; nothing is written.',
  tag: 'Companies',
  effects: 'writes',
  outputVar: 'unlink_result',
  params: Params('unlink_result', {
    contact_id: Id('The contact; it must exist.'),
    company_id: Type.Optional(Id('The company; by default the one that the contact has.', 33001)),
  }),
  result: Result({
    unlinked: Type.Boolean({ description: 'Whether there was a link to undo.' }),
    contact_id: Type.Integer({ description: 'The contact’s id.', examples: [12345] }),
    company_id: Type.Union([Type.Integer(), Type.Null()], {
      description: 'The company’s id; null where none was given and the contact has none.',
      examples: [33001],
    }),
  }),
  examples: [
    {
      summary: 'The least',
      params: { contact_id: 12345 },
      result: { unlinked: true, contact_id: 12345, company_id: 33001 },
    },
    {
      summary: 'From one company alone',
      params: { contact_id: 12345, company_id: 33001, output_var: 'left' },
      result: { unlinked: true, contact_id: 12345, company_id: 33001 },
    },
  ],
  run: (params, amo) => unlink(amo, params),
});

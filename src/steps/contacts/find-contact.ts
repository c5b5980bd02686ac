import { Type } from 'typebox';
import { findContact as find } from '../../amocrm/entities/contacts/contacts.ts';
import { contactCriteria, criteriaNames } from '../../amocrm/entities/contacts/params.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { orNull } from '../results.ts';
import { readContactExample } from './examples.ts';
import { MatchedBy, ReadContact } from './results.ts';

export const findContact = defineStep({
  type: 'amocrm_find_contact',
  label: 'поиск контакта',
  summary: 'Finds a contact by Telegram id, phone, e-mail, custom fields or free text.',
  description:
    'Criteria are tried in the order `telegram_id`, `phone`, `email`, `match_fields`, `query`; the first that finds wins. amoCRM’s search ' +
    'is fuzzy, so a hit counts only when the contact really holds the value; of several the lowest id wins. ' +
    '"Not found" is a success with `found: false`, and is said only after all pages have been read.',
  tag: 'Contacts',
  effects: 'reads',
  outputVar: 'contact',
  params: Params('contact', contactCriteria, { anyOf: criteriaNames.map((name) => ({ required: [name] })) }),
  result: Result({
    found: Type.Boolean({ description: 'Whether there is such a contact.' }),
    contact: orNull(ReadContact),
    count: Type.Integer({ description: 'Exact matches seen; for `query` the hits on the first page.' }),
    matched_by: MatchedBy,
  }),
  failures: ['UNKNOWN_FIELD', 'AMBIGUOUS_FIELD', 'INVALID_FIELD_VALUE'],
  examples: [
    {
      summary: 'The least',
      params: { telegram_id: '123456789' },
      result: { found: true, contact: readContactExample, count: 1, matched_by: 'telegram_id' },
    },
    {
      summary: 'By phone, nothing found',
      params: { phone: '8 (900) 765-43-21' },
      result: { found: false, contact: null, count: 0, matched_by: null },
    },
    {
      summary: 'By a custom field of the account',
      params: { match_fields: { 'Telegram ID': '123456789' } },
      result: { found: true, contact: readContactExample, count: 1, matched_by: 'match_fields' },
    },
  ],
  run: (params, amo) => find(amo, params),
});

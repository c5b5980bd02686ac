import { Type } from 'typebox';
import { findOrCreateContact as findOrCreate } from '../../amocrm/entities/contacts/contacts.ts';
import {
  contactAttributes,
  contactCriteria,
  criteriaNames,
  UpdateData,
} from '../../amocrm/entities/contacts/params.ts';
import { MultiValue } from '../../amocrm/entities/update-params.ts';
import { defineStep, fieldFailures, nameFailures, Params, Result } from '../define-step.ts';
import { created } from '../results.ts';
import { namelessExample, newcomerExample, readContactExample } from './examples.ts';
import { ContactId, MatchedBy, ReadContact } from './results.ts';

export const findOrCreateContact = defineStep({
  type: 'amocrm_find_or_create_contact',
  label: 'поиск или создание контакта',
  summary: 'Finds a contact, or creates it where there is none.',
  description:
    'The criteria of `amocrm_find_contact`, the attributes of `amocrm_create_contact`; a new contact also gets the ' +
    '`telegram_id` and the `match_fields` that it was looked for by. `update_data` is applied to a contact that was found. Steps for one person ' +
    'run one after another here, so many at once end with one contact, unless `query` is all that is known of them; while a create of one is in doubt the others get `OVERLOADED`. A person who adds the same contact in amoCRM’s ' +
    'own window at that moment can still make a second one.',
  tag: 'Contacts',
  effects: 'writes',
  outputVar: 'contact',
  params: Params(
    'contact',
    { ...contactAttributes, ...contactCriteria, update_data: Type.Optional(UpdateData), multi_value: MultiValue },
    { anyOf: criteriaNames.map((name) => ({ required: [name] })) },
  ),
  result: Result({
    contact_id: ContactId,
    contact: created(ReadContact),
    found: Type.Boolean({ description: 'Whether it was there before.' }),
    created: Type.Boolean({ description: 'Whether this step made it.' }),
    matched_by: MatchedBy,
  }),
  failures: [...fieldFailures, ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { telegram_id: '987654321' },
      result: { contact_id: 40401636, contact: namelessExample, found: false, created: true, matched_by: null },
    },
    {
      summary: 'Not there yet',
      params: {
        telegram_id: '987654321',
        phone: '+79007654321',
        name: 'Пётр Ильин',
        custom_fields: { source: 'Telegram' },
      },
      result: { contact_id: 40401636, contact: newcomerExample, found: false, created: true, matched_by: null },
    },
    {
      summary: 'There already, with a change',
      params: { telegram_id: '123456789', name: 'Иван Петров', update_data: { source: 'Сайт' } },
      result: {
        contact_id: 12345,
        contact: readContactExample,
        found: true,
        created: false,
        matched_by: 'telegram_id',
      },
    },
  ],
  run: (params, amo) => findOrCreate(amo, params),
});

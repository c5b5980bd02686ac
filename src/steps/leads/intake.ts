import { Type } from 'typebox';
import {
  contactAttributes,
  contactCriteria,
  criteriaNames,
  UpdateData,
} from '../../amocrm/entities/contacts/params.ts';
import { intakeRule, intake as take } from '../../amocrm/entities/leads/intake.ts';
import { intakeParams } from '../../amocrm/entities/leads/intake-params.ts';
import { MultiValue } from '../../amocrm/entities/update-params.ts';
import { needsOneOf } from '../../schemas/named.ts';
import { ContactId } from '../contacts/results.ts';
import { defineStep, fieldFailures, nameFailures, Params, Result } from '../define-step.ts';
import { LeadId } from './results.ts';

export const intake = defineStep({
  type: 'amocrm_intake',
  label: 'приём заявки',
  summary: 'Takes a request in: contact, lead, note and task in one step.',
  description:
    'Finds or creates the contact as `amocrm_find_or_create_contact` does, then its open lead as ' +
    '`amocrm_find_or_create_lead` does (`reuse: "never"` makes a new one each time), then adds the note and the task to ' +
    'that lead. Everything is judged before anything is written. Sent again under its `Idempotency-Key` it goes on where ' +
    'it stopped. `utm` is written to a lead that is made here only.',
  tag: 'Leads',
  effects: 'writes',
  outputVar: 'intake',
  params: Params(
    'intake',
    {
      ...contactAttributes,
      ...contactCriteria,
      update_data: Type.Optional(UpdateData),
      multi_value: MultiValue,
      ...intakeParams,
    },
    needsOneOf(...criteriaNames),
  ),
  rules: [intakeRule],
  result: Result({
    contact_id: ContactId,
    contact_created: Type.Boolean({ description: 'Whether this request made the contact.' }),
    lead_id: LeadId,
    lead_created: Type.Boolean({ description: 'Whether this request made the lead.' }),
    note_id: Type.Optional(Type.Integer({ description: 'The note that was added.', examples: [76787983] })),
    task_id: Type.Optional(Type.Integer({ description: 'The task that was made.', examples: [4745251] })),
  }),
  failures: [...fieldFailures, ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { phone: '+79007654321' },
      result: { contact_id: 40401636, contact_created: true, lead_id: 10185152, lead_created: true },
    },
    {
      summary: 'With a lead by names, a note, a task and where the person came from',
      params: {
        telegram_id: '123456789',
        name: 'Иван Петров',
        phone: '+79001234567',
        lead: { name: 'Заявка из бота', pipeline: 'Повторные продажи', status: 'Напомнили о себе', price: 150000 },
        note_text: 'Хочет скидку',
        task: { text: 'Перезвонить', complete_in: 3600, task_type: 'call' },
        utm: { source: 'telegram', campaign: 'autumn' },
      },
      result: {
        contact_id: 12345,
        contact_created: false,
        lead_id: 10185153,
        lead_created: true,
        note_id: 76787986,
        task_id: 4745252,
      },
    },
  ],
  run: (params, amo) => take(amo, params),
});

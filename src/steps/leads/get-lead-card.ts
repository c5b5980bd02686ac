import { Type } from 'typebox';
import { getLeadCard as getCard } from '../../amocrm/entities/leads/card.ts';
import { Id, Integer } from '../../schemas/atoms.ts';
import { largestPage } from '../../schemas/largest-page.ts';
import { ReadCompany } from '../companies/results.ts';
import { readContactExample } from '../contacts/examples.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { fields, open, orNull } from '../results.ts';
import { readLeadExample } from './examples.ts';
import { ReadLead } from './results.ts';

const maybeText = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const named = (description: string) =>
  Type.Union(
    [
      Type.Object({
        id: Type.Integer({ description: 'The id.' }),
        name: maybeText('The name; null where it cannot be read.'),
      }),
      Type.Null(),
    ],
    { description },
  );

const Person = Type.Object(
  {
    id: Type.Integer({ description: 'The contact’s id.' }),
    name: maybeText('The full name.'),
    phone: maybeText('The first phone number, null where there is none.'),
    email: maybeText('The first e-mail address, null where there is none.'),
    is_main: Type.Boolean({ description: 'Whether it is the lead’s main contact.' }),
    fields,
  },
  { description: 'A contact of the lead.' },
);

const item = (description: string) =>
  Type.Object({ id: Type.Integer({ description: 'The id.' }) }, { ...open, description });

export const getLeadCard = defineStep({
  type: 'amocrm_get_lead_card',
  label: 'карточка сделки',
  summary: 'Reads all that a manager sees of a lead.',
  description:
    'The lead with the names of its pipeline, status, user and loss reason, its contacts and company, its open tasks, its ' +
    'newest notes and its tags. Everything is read at once. The user’s name is null where the token may not read users; ' +
    'contacts in the recycle bin are left out.',
  tag: 'Leads',
  effects: 'reads',
  outputVar: 'lead_card',
  params: Params('lead_card', {
    lead_id: Id('The lead; it must exist.', 67890),
    notes: Type.Optional(
      Integer('How many of the newest notes.', { minimum: 0, maximum: 50, default: 10, examples: [10] }),
    ),
  }),
  result: Result({
    lead: ReadLead,
    pipeline: named('The pipeline.'),
    status: named('The status.'),
    responsible_user: named('The user who is responsible.'),
    loss_reason: named('Why it was lost, null for other leads.'),
    contacts: Type.Array(Person, { description: 'The contacts.' }),
    company: orNull(ReadCompany),
    tasks: Type.Array(item('A task as amoCRM has it.'), {
      description: `Open tasks, the next one first; at most ${largestPage}.`,
    }),
    has_more_tasks: Type.Boolean({
      description:
        'Whether amoCRM offers further open tasks, which `amocrm_list_tasks` reads; there may turn out to be none.',
    }),
    notes: Type.Array(item('A note as amoCRM has it.'), { description: 'The newest notes, newest first.' }),
    tags: Type.Array(Type.String(), { description: 'The names of its tags.', examples: [['VIP']] }),
  }),
  failures: ['ENTITY_NOT_FOUND'],
  examples: [
    {
      summary: 'The least',
      params: { lead_id: 67890 },
      result: {
        lead: readLeadExample,
        pipeline: { id: 1, name: 'Продажи' },
        status: { id: 142, name: 'Успешно реализовано' },
        responsible_user: { id: 9000001, name: 'Ольга Лебедева' },
        loss_reason: null,
        contacts: [
          {
            id: 12345,
            name: 'Иван Петров',
            phone: '+79001234567',
            email: 'ivan.petrov@example.com',
            is_main: true,
            fields: readContactExample.fields,
          },
        ],
        company: { id: 54321, name: 'Кофейня на Литейном', custom_fields_values: null, fields: {} },
        tasks: [],
        has_more_tasks: false,
        notes: [{ id: 76787983, note_type: 'common', params: {} }],
        tags: ['VIP'],
      },
    },
  ],
  run: (params, amo) => getCard(amo, params),
});

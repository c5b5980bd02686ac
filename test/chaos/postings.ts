import { exampleScenario } from '../../src/http/reference/scenario-example.ts';
import { pick, type Random } from './random.ts';

/** A keyed request, and what it is to leave in amoCRM. */
export interface Posting {
  key: string;
  kind: keyof typeof makers | 'known';
  url: string;
  payload: object;
  /** Names and texts of what it makes there, one entity each. */
  marks: string[];
  /** Others ask for the very same person: all of them together make one. */
  isShared?: boolean;
  /** A value that a contact is to have in the end. */
  email?: { contactId: number; value: string };
  /** Whom it must find, since others had brought him in before; a contact of this name must not be made. */
  known?: { id: number; name: string; telegram_id: string };
}

const step = (type: string, params: object) => ({ url: `/steps/${type}`, payload: { params } });

const makers = {
  contact: (number: number) => ({
    ...step('amocrm_create_contact', { name: `Контакт ${number}`, phone: `+7900${String(number).padStart(7, '0')}` }),
    marks: [`Контакт ${number}`],
  }),
  lead: (number: number) => ({
    ...step('amocrm_create_lead', { name: `Сделка ${number}`, price: number, contact_id: 12345 }),
    marks: [`Сделка ${number}`],
  }),
  note: (number: number) => ({
    ...step('amocrm_add_note', { entity_type: 'leads', entity_id: 67890, note_text: `Заметка ${number}` }),
    marks: [`Заметка ${number}`],
  }),
  company: (number: number) => ({
    ...step('amocrm_create_company', { name: `Компания ${number}`, website: `https://k${number}.example` }),
    marks: [`Компания ${number}`],
  }),
  task: (number: number) => ({
    ...step('amocrm_create_task', {
      text: `Задача ${number}`,
      complete_in: 3600,
      entity_type: 'leads',
      entity_id: 67890,
    }),
    marks: [`Задача ${number}`],
  }),
  pair: (number: number) => ({
    ...step('amocrm_create_lead_complex', {
      name: `Пара ${number}`,
      tags: ['бот', 'пара'],
      contact: { name: `Напарник ${number}`, phone: `+7901${String(number).padStart(7, '0')}` },
    }),
    marks: [`Пара ${number}`, `Напарник ${number}`],
  }),
  /** Equal to others of its ten but for the key. */
  twin: (number: number) => ({
    ...step('amocrm_create_lead', { name: `Близнец ${Math.floor(number / 30)}` }),
    marks: [`Близнец ${Math.floor(number / 30)}`],
  }),
  person: (number: number) => ({
    ...step('amocrm_find_or_create_contact', {
      telegram_id: `person-${Math.floor(number / 30)}`,
      name: `Человек ${Math.floor(number / 30)}`,
    }),
    marks: [`Человек ${Math.floor(number / 30)}`],
    isShared: true,
  }),
  scenario: (number: number) => ({
    url: '/scenarios/run',
    payload: { ...exampleScenario, context: { user_telegram_id: 5_000_000 + number, user_name: `Бот ${number}` } },
    marks: [`Бот ${number}`, `Сделка от Бот ${number}`, scenarioNote],
  }),
  /** Of a contact that others change too. */
  update: (number: number) => {
    const contactId = 12345 + (number % 3);
    const value = `u${number}@example.com`;
    const update_data = { email: value, notes: `Примечание ${number}` };
    return {
      ...step('amocrm_update_contact', { contact_id: contactId, update_data }),
      marks: [`Примечание ${number}`],
      email: { contactId, value },
    };
  },
};

/** The text of the example scenario's note. */
const scenarioNote = 'Сделка создана через Telegram бота';

const kinds = [
  'contact',
  'lead',
  'note',
  'company',
  'task',
  'pair',
  'twin',
  'person',
  'update',
  'scenario',
  'scenario',
] as const;

export function makePosting(number: number, random: Random): Posting {
  const kind = pick(random, kinds);
  return { key: `request-${number}`, kind, ...makers[kind](number) };
}

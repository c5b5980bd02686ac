import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { plantContact } from '../fixtures/records.ts';
import { between, pick, type Random } from './random.ts';

/** What a bot asks for, in the service's own words. */
export interface Operation {
  type:
    | 'amocrm_create_contact'
    | 'amocrm_find_or_create_contact'
    | 'amocrm_create_lead'
    | 'amocrm_create_lead_complex'
    | 'amocrm_create_company'
    | 'amocrm_create_task'
    | 'amocrm_add_note'
    | 'amocrm_update_contact';
  params: Record<string, unknown>;
  /** What shows in amoCRM: a name or a text. Creates that are alike share it. */
  mark: string;
  /** amoCRM must refuse it. */
  isBad?: boolean;
}

export interface LoadOptions {
  sandbox: Sandbox;
  random: Random;
  /** Creates of all kinds. */
  creates: number;
  /** `contacts`: creates of contacts alone. `good`: all kinds, and nothing that amoCRM refuses. */
  only?: 'contacts' | 'good' | undefined;
}

/** No user of the account. */
const silentObserver = 999_999_999;
/** How far apart in the list those of one family may come. */
const spread = 30;
const badShare = 0.03;
const familyShare = 0.1;

/** Operations in the order in which they go out: the creates, and after every tenth an update. */
export function makeLoad({ sandbox, random, creates, only }: LoadOptions): Operation[] {
  const contacts = Array.from({ length: 10 }, () => plantContact(sandbox, {}));
  const leads = leadOf(contacts);
  const all: [Maker, ...Maker[]] = [
    contact,
    contact,
    contact,
    person,
    leads,
    leads,
    noteOn(contacts),
    pair,
    company,
    task,
  ];
  const makers: [Maker, ...Maker[]] = only === 'contacts' ? [contact] : all;
  const operations: Operation[] = [];
  for (let number = 1; operations.length < creates; number += 1) {
    operations.push(...family(pick(random, makers), number, random).slice(0, creates - operations.length));
  }
  const shuffled = shuffleNearby(random, operations);
  if (only === 'contacts') return shuffled;
  return shuffled.flatMap((operation, index) => [
    only === undefined && random() < badShare ? spoil(operation) : operation,
    ...(index % 10 === 9 ? [updateOf(sandbox, index)] : []),
  ]);
}

/** Mostly one; else some that are equal, or that share their name and differ in the rest. */
function family(make: Maker, number: number, random: Random): Operation[] {
  const size = make === person || random() < familyShare ? between(random, 2, 5) : 1;
  const first = make(number, random);
  const areEqual = make === person || random() < 0.5;
  return Array.from({ length: size }, () => (areEqual ? first : make(number, random)));
}

type Maker = (number: number, random: Random) => Operation;

function contact(number: number, random: Random): Operation {
  const name = `Контакт ${number}`;
  const phone = `+7 900 ${String(number).padStart(7, '0')}`;
  const email = `c${number}@example.com`;
  const more = pick<object>(random, [{}, { phone }, { phone, email }, { tags: ['бот', `партия ${number % 7}`] }]);
  return { type: 'amocrm_create_contact', params: { name, ...more }, mark: name };
}

/** Somebody new who writes to several bots at once. */
function person(number: number): Operation {
  const name = `Человек ${number}`;
  return { type: 'amocrm_find_or_create_contact', params: { telegram_id: String(number), name }, mark: name };
}

function leadOf(contacts: readonly number[]): Maker {
  return (number, random) => {
    const name = `Сделка ${number}`;
    const contact_id = contacts[between(random, 0, contacts.length - 1)];
    return { type: 'amocrm_create_lead', params: { name, price: number * 10, contact_id }, mark: name };
  };
}

function pair(number: number, random: Random): Operation {
  const name = `Пара ${number}`;
  const contact = { name: `Напарник ${number} ${between(random, 1, 2)}` };
  return { type: 'amocrm_create_lead_complex', params: { name, price: number * 10, contact }, mark: name };
}

function company(number: number, random: Random): Operation {
  const name = `Компания ${number}`;
  const more = pick<object>(random, [{}, { website: `https://k${number}.example` }, { tags: ['бот'] }]);
  return { type: 'amocrm_create_company', params: { name, ...more }, mark: name };
}

function task(number: number, random: Random): Operation {
  const text = `Задача ${number}`;
  const place = pick<object>(random, [{}, { entity_type: 'leads', entity_id: 67890 }]);
  return { type: 'amocrm_create_task', params: { text, complete_till: 1_900_000_000 + number, ...place }, mark: text };
}

function noteOn(contacts: readonly number[]): Maker {
  return (number, random) => {
    const note_text = `Заметка ${number}`;
    const entity_id = contacts[between(random, 0, contacts.length - 1)];
    const place = pick(random, [
      { entity_type: 'leads', entity_id: 67890 },
      { entity_type: 'contacts', entity_id },
    ]);
    return { type: 'amocrm_add_note', params: { ...place, note_text }, mark: note_text };
  };
}

/** Each contact is changed once, so that its name tells in the end what became of the change. */
function updateOf(sandbox: Sandbox, number: number): Operation {
  const contact_id = plantContact(sandbox, { name: `Прежнее имя ${number}` });
  const name = `Новое имя ${number}`;
  return { type: 'amocrm_update_contact', params: { contact_id, update_data: { name } }, mark: name };
}

function spoil(operation: Operation): Operation {
  if (operation.type === 'amocrm_add_note' || operation.type === 'amocrm_find_or_create_contact') return operation;
  const mark = `Негодное: ${operation.mark}`;
  return {
    ...operation,
    params: {
      ...operation.params,
      ['text' in operation.params ? 'text' : 'name']: mark,
      responsible_user_id: silentObserver,
    },
    mark,
    isBad: true,
  };
}

/** Those of one family come a little apart: some meet on the wire, others follow when the first are answered. */
function shuffleNearby(random: Random, operations: readonly Operation[]): Operation[] {
  const ranked = operations.map((operation, index) => ({ operation, rank: index + random() * spread }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ operation }) => operation);
}

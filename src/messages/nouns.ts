import { type Message, verbatim } from './message.ts';

/** amoCRM's lists by what one of their items is called in Russian, in the genitive: «нет сделки», «список сделок». */
const russian: Readonly<Record<string, { one: string; many: string }>> = {
  leads: { one: 'сделки', many: 'сделок' },
  contacts: { one: 'контакта', many: 'контактов' },
  companies: { one: 'компании', many: 'компаний' },
  customers: { one: 'покупателя', many: 'покупателей' },
  tasks: { one: 'задачи', many: 'задач' },
  users: { one: 'пользователя', many: 'пользователей' },
  pipelines: { one: 'воронки', many: 'воронок' },
  catalogs: { one: 'списка', many: 'списков' },
  notes: { one: 'примечания', many: 'примечаний' },
};

/** One item of a list, as in «нет сделки». In English the list's own name stands for it. */
export function oneOf(list: string): Message {
  return { en: list, ru: russian[list]?.one ?? `объекта ${list}` };
}

/** An element of one of the account's own lists. */
export function elementOf(catalogId: number): Message {
  return { en: `elements of the list ${catalogId}`, ru: `элемента списка ${catalogId}` };
}

/** All items of a list, as in «список сделок». */
export function manyOf(list: string): Message {
  const many = russian[list]?.many;
  return many === undefined ? verbatim(list) : { en: list, ru: many };
}

import type { Catalogue, Message } from './message.ts';

/** Entities, links, notes, tasks and lists of them. */
export const entityMessages = {
  missing: (what: Message, id: number) => ({
    en: `amoCRM has no ${what.en} with the id ${id}`,
    ru: `в amoCRM нет ${what.ru} с id ${id}; проверьте id`,
  }),
  gone: (what: Message, id: number) => ({
    en: `amoCRM no longer has the ${what.en} ${id}, which this request has found or made; under a new Idempotency-Key it begins anew`,
    ru: `В amoCRM больше нет ${what.ru} ${id}, с которой работал этот запрос; с новым Idempotency-Key он начнётся заново`,
  }),
  addressTooLong: (bytes: number, most: number) => ({
    en: `makes an address of ${bytes} bytes, more than ${most}: ask in parts`,
    ru: `получается адрес в ${bytes} байт, больше ${most}: запрашивайте по частям`,
  }),
  notFiltered: (path: string, filter: string) => ({
    en: `amoCRM has not filtered ${path} by ${filter}: it answered with others`,
    ru: `amoCRM не применил фильтр ${filter} к ${path}: в ответе есть лишнее`,
  }),
  paramOrFilter: (param: string, name: string) => ({
    en: `give ${param} or filter.${name}, not both`,
    ru: `передайте ${param} или filter.${name}, но не оба`,
  }),
  filtersUnavailable: {
    en:
      'needs amoCRM’s paid add-on for filters, which the account lacks: amoCRM would give the whole list; filter.id works ' +
      'without it',
    ru:
      'нужно платное дополнение amoCRM для фильтров, в аккаунте его нет: amoCRM отдал бы весь список; filter.id работает ' +
      'и без него',
  },
  givenElsewhere: (place: string) => ({
    en: `is given as ${place} too: give it once`,
    ru: `передано и как ${place}: оставьте одно`,
  }),
  noNumber: { en: 'has no digits, or zeros alone', ru: 'в номере нет цифр или одни нули' },
  noDigits: { en: 'has no digits', ru: 'в номере нет цифр' },
  doubtfulPhone: (place: string, phone: string) => ({
    en: `${place}: "${phone}" is hardly a phone number; it is written as it stands`,
    ru: `${place}: "${phone}" не похоже на номер телефона; записывается как есть`,
  }),
  textOnce: (key: string) => ({
    en: `give the text once: note_text or note_params.${key}`,
    ru: `передайте текст один раз: note_text или note_params.${key}`,
  }),
  linkedTo: (from: string, others: string) => ({
    en: `${from} are linked to ${others}`,
    ru: `${from} можно связать с ${others}`,
  }),
  companyUnlinked: (id: string) => ({
    en: `company ${id} was unlinked before`,
    ru: `перед этим отвязана компания ${id}`,
  }),
  companyLost: (id: string) => ({
    en: `company ${id} was unlinked before and could not be linked again`,
    ru: `компания ${id} перед этим отвязана, и связать её снова не удалось`,
  }),
  elementsOnly: { en: 'goes with catalog_elements only', ru: 'только для элементов списка (catalog_elements)' },
  elementsList: {
    en: 'goes with catalog_elements: say which list it is of',
    ru: 'для catalog_elements укажите, из какого они списка',
  },
  mainContactOnly: {
    en: 'goes with a contact of a lead or customer only',
    ru: 'только для контакта сделки или покупателя',
  },
  colorOfLeadTags: (entityType: string) => ({
    en: `goes with tags of leads only, not with those of ${entityType}`,
    ru: `цвет есть только у тегов сделок, а не ${entityType}`,
  }),
  idNoNumber: (method: string, path: string) => ({
    en: `amoCRM has answered ${method} ${path} with an id that is no number`,
    ru: `amoCRM ответил на ${method} ${path} с id, который не число`,
  }),
  notRefused: { en: 'An update without faults was refused', ru: 'Отклонено изменение без ошибок' },
  closedLead: {
    en: 'The lead that was made is closed, so it is not found again: the same request makes another',
    ru: 'Созданная сделка закрыта, поэтому повторный поиск её не найдёт: такой же запрос создаст ещё одну',
  },
  tooManyLeads: {
    en: 'Too many leads were made in the last minute to rule out a duplicate',
    ru: 'За последнюю минуту создано слишком много сделок, дубль не исключить; повторите запрос через несколько секунд',
  },
  tooManyContacts: {
    en: 'Too many contacts were made in the last minute to rule out a duplicate',
    ru: 'За последнюю минуту создано слишком много контактов, дубль не исключить; повторите запрос через несколько секунд',
  },
} satisfies Catalogue;

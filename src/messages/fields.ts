import type { Catalogue, Message } from './message.ts';
import { manyOf } from './nouns.ts';

/** What the types of custom fields take. */
export const accepted = {
  text: { en: 'a string or a number', ru: 'строка или число' },
  number: { en: 'a number or a plain numeric string such as "12.5"', ru: 'число или строка с числом, например "12.5"' },
  truth: { en: 'true or false, "да" or "нет", 1 or 0', ru: 'true или false, "да" или "нет", 1 или 0' },
  channel: {
    en: 'a string, { "value", "enum_code" } or a list of those',
    ru: 'строка, { "value", "enum_code" } или список из них',
  },
  option: { en: 'an option’s label, code or id', ru: 'название варианта, его код или id' },
  options: {
    en: 'a list of options’ labels, codes or ids, or one of them',
    ru: 'список названий вариантов, их кодов или id либо одно из них',
  },
  moment: {
    en: 'unix seconds or ISO 8601 such as "2026-12-31" or "2026-12-31T18:30:00+03:00"',
    ru: 'секунды unix или ISO 8601, например "2026-12-31" или "2026-12-31T18:30:00+03:00"',
  },
  ownValues: { en: 'amoCRM’s own list of values', ru: 'список values в форме самого amoCRM' },
} satisfies Catalogue;

/** Why a value is no moment. */
export const momentHints = {
  milliseconds: { en: '; this looks like milliseconds', ru: '; похоже на миллисекунды' },
  noSuchDay: { en: '; there is no such day or time', ru: '; такого дня или времени нет' },
  before1970: { en: '; this is before 1970', ru: '; это раньше 1970 года' },
} satisfies Catalogue;

/** Names and values of custom fields. */
export const fieldMessages = {
  takes: (field: string, type: string, accepts: Message, sent: string) => ({
    en: `"${field}" (${type}) takes ${accepts.en}, not ${sent}`,
    ru: `полю "${field}" (${type}) подходит: ${accepts.ru}, а не ${sent}`,
  }),
  momentDue: (forms: Message, sent: string) => ({
    en: `takes ${forms.en}, not "${sent}"`,
    ru: `подходит: ${forms.ru}, а не "${sent}"`,
  }),
  tooManyValues: (field: string, most: number, given: number) => ({
    en: `"${field}" takes at most ${most} values, not ${given}`,
    ru: `у поля "${field}" может быть не больше ${most} значений, а передано ${given}`,
  }),
  unwritable: (field: string, type: string) => ({
    en: `"${field}" has the type ${type}, which cannot be written`,
    ru: `у поля "${field}" тип ${type}, записать его нельзя`,
  }),
  noKind: (kind: string, field: string, kinds: string) => ({
    en: `"${kind}" is no kind of "${field}"; kinds: ${kinds}`,
    ru: `у поля "${field}" нет вида "${kind}"; есть ${kinds}`,
  }),
  noOption: (field: string, sent: string, options: Message) => ({
    en: `"${field}" has no option "${sent}". Options: ${options.en}`,
    ru: `у поля "${field}" нет варианта "${sent}". Есть варианты: ${options.ru}`,
  }),
  noOptionNear: (field: string, sent: string, near: string, options: Message) => ({
    en: `"${field}" has no option "${sent}"; did you mean "${near}"? Options: ${options.en}`,
    ru: `у поля "${field}" нет варианта "${sent}"; возможно, вы имели в виду "${near}"? Есть варианты: ${options.ru}`,
  }),
  moreOptions: (shown: Message, more: number) => ({
    en: `${shown.en} and ${more} more`,
    ru: `${shown.ru} и ещё ${more}`,
  }),
  noOptions: { en: 'none', ru: 'ни одного' },
  severalOptions: (field: string, sent: string, ids: string) => ({
    en: `Several options of "${field}" read "${sent}"; use an id: ${ids}`,
    ru: `у поля "${field}" несколько вариантов "${sent}"; укажите id: ${ids}`,
  }),
  sameField: (other: string) => ({
    en: `is the same field as ${other}: give it once`,
    ru: `это то же поле, что ${other}: передайте его один раз`,
  }),
  filterTooMany: (most: number) => ({
    en: `takes at most ${most} values`,
    ru: `может быть не больше ${most} значений`,
  }),
  filterNeedsValue: { en: 'needs a value', ru: 'нужно значение' },
  noFilterByValue: (field: string, type: string) => ({
    en: `"${field}" (${type}) is not of a type that amoCRM filters by value`,
    ru: `по полю "${field}" (${type}) amoCRM не фильтрует по значению`,
  }),
  noFilterByRange: (field: string, type: string) => ({
    en: `"${field}" (${type}) is not of a type that amoCRM filters by range`,
    ru: `по полю "${field}" (${type}) amoCRM не фильтрует по диапазону`,
  }),
  noMatching: (field: string, type: string) => ({
    en: `"${field}" is of the type ${type}; only fields of the types text, numeric and url can be matched`,
    ru: `у поля "${field}" тип ${type}; искать можно только по текстовым, числовым полям и ссылкам (text, numeric, url)`,
  }),
  phoneIsParam: (field: string) => ({
    en: `"${field}" holds phone numbers: give it as the param phone`,
    ru: `в поле "${field}" телефоны: передайте номер параметром phone`,
  }),
  emailIsParam: (field: string) => ({
    en: `"${field}" holds e-mail addresses: give it as the param email`,
    ru: `в поле "${field}" адреса почты: передайте адрес параметром email`,
  }),
  givenTwice: { en: 'is a field that is given twice', ru: 'это поле передано дважды: оставьте одно' },
  unknownField: (entityType: string) => ({
    en: `${entityType} have no field`,
    ru: `у ${manyOf(entityType).ru} нет поля`,
  }),
  ambiguousField: (entityType: string) => ({
    en: `Several fields of ${entityType} are named`,
    ru: `у ${manyOf(entityType).ru} несколько полей с именем`,
  }),
  tooManyFields: (most: number, given: number) => ({
    en: `amoCRM takes at most ${most} custom fields here, phone and e-mail among them, not ${given}`,
    ru: `amoCRM принимает здесь не больше ${most} полей вместе с телефоном и почтой, а передано ${given}`,
  }),
} satisfies Catalogue;

/** A field map: the file, and what is sent with an account. */
export const mapMessages = {
  unreadable: { en: 'cannot be read', ru: 'не удаётся прочитать' },
  file: { en: 'the file', ru: 'файл' },
  line: (line: number) => ({ en: `line ${line}`, ru: `строка ${line}` }),
  key: (key: string) => ({ en: `key "${key}"`, ru: `ключ "${key}"` }),
  objectDue: (sent: string) => ({
    en: `expected an object of fields, not ${sent}`,
    ru: `нужен объект с полями, а не ${sent}`,
  }),
  oneOf: (names: string) => ({ en: `expected one of ${names}`, ru: `нужно одно из: ${names}` }),
  twin: (other: string) => ({ en: `reads the same as "${other}"`, ru: `читается так же, как "${other}"` }),
  notJson: (reason: Message) => ({ en: `not valid JSON (${reason.en})`, ru: `это не JSON (${reason.ru})` }),
  missing: (names: string, sent: string) => ({
    en: `must have required properties ${names}, not ${sent}`,
    ru: `нужны обязательные поля ${names}, а не ${sent}`,
  }),
  expected: (expected: Message, sent: string) => ({
    en: `${expected.en}, not ${sent}`,
    ru: `${expected.ru}, а не ${sent}`,
  }),
} satisfies Catalogue;

import type { Catalogue } from './message.ts';

/** The types of JSON Schema in Russian: what is needed, and the noun alone. */
const kinds: Readonly<Record<string, { needed: string; noun: string }>> = {
  array: { needed: 'нужен', noun: 'список' },
  boolean: { needed: 'нужно', noun: 'true или false' },
  integer: { needed: 'нужно', noun: 'целое число' },
  null: { needed: 'нужен', noun: 'null' },
  number: { needed: 'нужно', noun: 'число' },
  object: { needed: 'нужен', noun: 'объект JSON' },
  string: { needed: 'нужна', noun: 'строка' },
};

/** Faults of bodies and params. They follow the path: `params.name is required`, `params.name: обязательный параметр`. */
export const paramMessages = {
  unfilled: (value: string) => ({
    en: `is ${value}, the same for everybody: the bot has not filled in its variable`,
    ru: `равно ${value} — одинаково для всех: бот не подставил свою переменную`,
  }),
  required: { en: 'is required', ru: 'обязательный параметр' },
  requiredWith: (name: string) => ({ en: `is required with ${name}`, ru: `обязательный параметр вместе с ${name}` }),
  moveIntoWrapper: (names: string) => ({
    en: `is required; move ${names} into it`,
    ru: `обязательный параметр; перенесите ${names} внутрь него`,
  }),
  besideWrapper: (names: string) => ({
    en: `Not taken into account: ${names}. Move it into params`,
    ru: `Не учтено: ${names}. Перенесите внутрь params`,
  }),
  wrongType: (types: string) => ({ en: `must be ${types.replaceAll(',', ' or ')}`, ru: needed(types.split(',')) }),
  mustBeOneOf: (values: string) => ({ en: `must be one of ${values}`, ru: `нужно одно из значений: ${values}` }),
  mustBe: (value: string) => ({ en: `must be ${value}`, ru: `нужно значение ${value}` }),
  atLeast: (limit: number) => ({ en: `must be >= ${limit}`, ru: `нужно число не меньше ${limit}` }),
  atMost: (limit: number) => ({ en: `must be <= ${limit}`, ru: `нужно число не больше ${limit}` }),
  oneValueOrList: { en: 'must be one value or a list', ru: 'нужно одно значение или список' },
  listOrCommas: { en: 'must be a list or text with commas', ru: 'нужен список или текст через запятую' },
  integerOrRange: { en: 'must be integer or {"from", "to"}', ru: 'нужно целое число или {"from", "to"}' },
  blank: { en: 'must not be blank', ru: 'не может быть пустым' },
  needsOneOf: (names: string) => ({ en: `needs at least one of ${names}`, ru: `нужен хотя бы один из: ${names}` }),
  notBoth: (name: string, other: string) => ({
    en: `give ${name} or ${other}, not both`,
    ru: `передайте ${name} или ${other}, но не оба`,
  }),
  noFilter: (names: string) => ({
    en: `is no filter of this list; there are ${names}`,
    ru: `у этого списка нет такого фильтра; есть ${names}`,
  }),
  noOrder: (names: string) => ({
    en: `is no order of this list; there are ${names}`,
    ru: `у этого списка нет такой сортировки; есть ${names}`,
  }),
  unknownParam: (names: string) => ({
    en: `is not a param; params: ${names}`,
    ru: `нет такого параметра; есть ${names}`,
  }),
  unknownParamNear: (name: string) => ({
    en: `is not a param; did you mean ${name}?`,
    ru: `нет такого параметра; возможно, вы имели в виду ${name}?`,
  }),
  giveEntity: (type: string) => ({
    en: `is not a param; give entity_type ${type} and entity_id instead`,
    ru: `нет такого параметра; вместо него передайте entity_type ${type} и entity_id`,
  }),
  giveInPart: (part: string, name: string) => ({
    en: `is not a param; give it in ${part}: {"${name}": …}`,
    ru: `нет такого параметра; передайте его в ${part}: {"${name}": …}`,
  }),
  notTaken: (example: string) => ({
    en: `is not taken here; ${example} would be`,
    ru: `здесь такое значение не подходит; подойдёт, например, ${example}`,
  }),
  otherForm: { en: 'has characters that do not belong there', ru: 'есть недопустимые символы' },
  accountId: {
    en: 'must be an account’s id: small Latin letters, digits, _ and -, the first one a letter or digit, 63 at most',
    ru: 'нужен id аккаунта: строчные латинские буквы, цифры, _ и -, первой буква или цифра, не больше 63 символов',
  },
  callerName: {
    en: 'must be a name: letters, digits, _, . and -, 64 at most',
    ru: 'нужно имя: буквы, цифры, _, . и -, не больше 64 символов',
  },
  degrees: { en: 'must be degrees, such as 55.751244', ru: 'нужны градусы, например 55.751244' },
  outputVar: {
    en: 'must be a name: letters, digits and _, no digit first',
    ru: 'нужно имя переменной: буквы, цифры и _, первой не цифра',
  },
  reservedName: { en: 'is a reserved name; choose another one', ru: 'это имя зарезервировано; выберите другое' },
  goesIntoAddress: (param: string) => ({
    en: `goes into the address: ?${param}=true`,
    ru: `указывается в адресе: ?${param}=true`,
  }),
} satisfies Catalogue;

/** What may follow such a fault: an example, the param for a name, the value that was sent. */
export const paramTails = {
  suchAs: (example: string) => ({ en: `, such as ${example}`, ru: `, например ${example}` }),
  withoutSpaces: { en: ', without spaces', ru: ', без пробелов' },
  withoutFraction: { en: ', without a fraction', ru: ', без дробной части' },
  notNegative: { en: ', not negative', ru: ', не отрицательное' },
  digitsAlone: { en: ', digits alone', ru: ', только цифры' },
  nameGoesIn: (place: string) => ({
    en: `; a name goes in ${place}`,
    ru: `; название передайте в ${place}`,
  }),
  sent: (value: string) => ({ en: ` (sent: ${value})`, ru: ` (передано: ${value})` }),
} satisfies Catalogue;

function needed(types: readonly string[]): string {
  const known = types.map((type) => kinds[type] ?? { needed: 'нужно', noun: type });
  return `${known[0]?.needed} ${known.map(({ noun }) => noun).join(' или ')}`;
}

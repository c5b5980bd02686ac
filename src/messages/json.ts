import { type Catalogue, type Message, verbatim } from './message.ts';

/** What JSON.parse of V8 says, and the same in Russian. */
const reasons: readonly [pattern: RegExp, russian: string][] = [
  [/^Unexpected token (.*)$/s, 'неожиданный символ $1'],
  [/^Unexpected end of JSON input$/, 'текст обрывается; проверьте, закрыты ли кавычки и скобки'],
  [/^Unexpected non-whitespace character$/, 'лишний текст после конца JSON'],
  [/^Unexpected string$/, 'неожиданная строка; возможно, перед ней не хватает запятой или двоеточия'],
  [/^Unexpected number$/, 'неожиданное число; возможно, перед ним не хватает запятой или двоеточия'],
  [/^Expected ',' or '\}' after property value$/, "после значения нужна запятая или '}'"],
  [/^Expected ',' or '\]' after array element$/, "после элемента списка нужна запятая или ']'"],
  [/^Expected ':' after property name$/, 'после имени поля нужно двоеточие'],
  [/^Expected property name or '\}'$/, "нужно имя поля в двойных кавычках или '}'"],
  [
    /^Expected double-quoted property name$/,
    'лишняя запятая после последнего поля, или имя поля не в двойных кавычках',
  ],
  [/^Unterminated string$/, 'строка не закрыта кавычкой'],
  [/^Bad control character in string literal$/, 'перевод строки или табуляция внутри строки; напишите \\n или \\t'],
  [/^Bad escaped character$/, 'неверный символ после обратной косой черты'],
  [/^Bad Unicode escape$/, 'неверная запись \\u'],
  [/^No number after minus sign$/, 'после минуса нет цифры'],
  [/^Unterminated fractional number$/, 'после точки в числе нет цифр'],
  [/^Exponent part is missing a number$/, 'в числе нет цифр после e'],
];

/** Why a text is not JSON: V8's words, and the same in Russian. */
export function jsonReason(reason: string): Message {
  for (const [pattern, russian] of reasons) {
    if (pattern.test(reason)) return { en: reason, ru: reason.replace(pattern, russian) };
  }
  return reason === '' ? verbatim('') : { en: reason, ru: `это не JSON (${reason})` };
}

export const bodyMessages = {
  empty: { en: 'The body is empty', ru: 'Тело запроса пустое: нужен объект JSON' },
  notUtf8: { en: 'The body is not valid UTF-8', ru: 'Тело запроса не в кодировке UTF-8' },
  notJson: (line: number, column: number) => ({
    en: `The body is not valid JSON: line ${line}, column ${column}`,
    ru: `Тело запроса — не JSON: строка ${line}, символ ${column}`,
  }),
  compressed: (encoding: string) => ({
    en: `The body must be not compressed (${encoding})`,
    ru: `Тело запроса нужно передать без сжатия (а не ${encoding})`,
  }),
  otherCharset: (charset: string) => ({
    en: `The body must be in UTF-8 (not ${charset})`,
    ru: `Тело запроса нужно передать в UTF-8 (а не в ${charset})`,
  }),
  compressedAndOther: (encoding: string, charset: string) => ({
    en: `The body must be not compressed (${encoding}) and in UTF-8 (not ${charset})`,
    ru: `Тело запроса нужно передать без сжатия (а не ${encoding}) и в UTF-8 (а не в ${charset})`,
  }),
  tooDeep: (depth: number) => ({
    en: `The body is nested more than ${depth} deep`,
    ru: `Вложенность тела запроса больше ${depth}`,
  }),
  tooManyValues: (values: number) => ({
    en: `The body has more than ${values} values`,
    ru: `В теле запроса больше ${values} значений`,
  }),
  tooLarge: (bytes: number) => ({
    en: `The body is larger than ${bytes} bytes (1 MiB): send less at once`,
    ru: `Тело запроса больше ${bytes} байт (1 МиБ): передайте меньше за один раз`,
  }),
  wrongContentType: {
    en: 'The body must be JSON, and the header Content-Type must say application/json',
    ru: 'Тело запроса должно быть JSON, а в заголовке Content-Type нужно application/json',
  },
  changedNumber: (number: string) => ({
    en: `would not be kept to the digit: ${number}; send it as a string`,
    ru: `число не сохранится до цифры: ${number}; передайте его строкой`,
  }),
  poison: {
    en: 'must not be a key: it would reach into prototypes',
    ru: 'такого ключа быть не может: он затронул бы прототипы',
  },
} satisfies Catalogue;

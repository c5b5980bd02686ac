export const languages = ['en', 'ru'] as const;
export type Language = (typeof languages)[number];

/**
 * A text of an answer in every language. It is worded where it is known, and the language is chosen where an answer is
 * made: what is kept or shared by several callers, such as a failed read, serves each in his own.
 */
export type Message = Readonly<Record<Language, string>>;

/** What the catalogues hold: texts, and functions that word a text around values. */
export type Catalogue = Readonly<Record<string, Message | ((...values: never[]) => Message)>>;

/** A text made for each language. */
export function inEach(make: (language: Language) => string): Message {
  return { en: make('en'), ru: make('ru') };
}

/** A text that is no sentence of ours, such as amoCRM's own: the same in every language. */
export function verbatim(text: string): Message {
  return { en: text, ru: text };
}

export const nothing = verbatim('');

export function joined(parts: readonly Message[], separator = ''): Message {
  return inEach((language) => parts.map((part) => part[language]).join(separator));
}

/** Texts one after the other. A question ends by itself. */
export function inTurn(texts: readonly string[]): string {
  return texts.map((text, index) => (index === 0 ? text : `${endOf(texts[index - 1])}${text}`)).join('');
}

function endOf(text = ''): string {
  return text.endsWith('?') ? ' ' : '; ';
}

export function isMessage(value: unknown): value is Message {
  return languages.every((language) => typeof Object(value)[language] === 'string');
}

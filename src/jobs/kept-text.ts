import { type Language, languages, type Message } from '../messages/message.ts';

/** A text of one line as it is kept: each language in a line of its own. */
export function keepText(text: Message): string {
  return languages.map((language) => text[language]).join('\n');
}

/** One kept by an earlier release is in English alone. */
export function textIn(language: Language, kept: string): string {
  return kept.split('\n')[languages.indexOf(language)] ?? kept;
}

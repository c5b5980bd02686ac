import { FieldMapError } from './amocrm/fields/field-map.ts';
import { SettingError } from './config/setting-error.ts';
import type { Language, Message } from './messages/message.ts';
import { StoreError } from './store/store-error.ts';

/** The language of the terminal. */
export function terminalLanguage(): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  // One that is empty counts as not set.
  const first = [LC_ALL, LC_MESSAGES, LANG].find((name) => name !== undefined && name !== '');
  return /^ru/i.test(first ?? '') ? 'ru' : 'en';
}

/** What is wrong with the settings, or with the place where the data is kept; undefined for any other error. */
export function faultOf(error: unknown): Message | undefined {
  const isForeseen = error instanceof SettingError || error instanceof FieldMapError || error instanceof StoreError;
  return isForeseen ? error.text : undefined;
}

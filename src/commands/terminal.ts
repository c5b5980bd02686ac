import { FieldMapError } from '../amocrm/fields/field-map.ts';
import { SettingError } from '../config/setting-error.ts';
import { commandHeads, commandMessages } from '../messages/commands.ts';
import type { Language, Message } from '../messages/message.ts';
import { StoreError } from '../store/store-error.ts';

/** What a command cannot do. The message is one line. */
export class Refusal extends Error {
  readonly text: Message;

  constructor(text: Message, options: ErrorOptions = {}) {
    super(text.en, options);
    this.text = text;
  }
}

/** The language of the terminal. */
export function language(): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  // One that is empty counts as not set.
  const first = [LC_ALL, LC_MESSAGES, LANG].find((name) => name !== undefined && name !== '');
  return /^ru/i.test(first ?? '') ? 'ru' : 'en';
}

/** Ends the command with one line that says why; an error that nobody foresaw is thrown on. */
export function refuse(command: keyof typeof commandHeads, error: unknown): void {
  const text = textOf(error);
  if (text === undefined) throw error;
  process.stderr.write(`${commandHeads[command][language()]}: ${text[language()]}\n`);
  process.exitCode = 1;
}

function textOf(error: unknown): Message | undefined {
  if (error instanceof Refusal || error instanceof StoreError) return error.text;
  if (error instanceof SettingError || error instanceof FieldMapError)
    return commandMessages.settingFault(error.message);
  return undefined;
}

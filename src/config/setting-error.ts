import type { Message } from '../messages/message.ts';
import { settingMessages } from '../messages/settings.ts';

/** A setting that is missing or malformed. The message is one line that names it and says what is expected. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  /** The message, and in Russian. */
  readonly text: Message;

  constructor(text: Message, options: ErrorOptions = {}) {
    super(text.en, options);
    this.text = text;
  }
}

const shownLength = 60;

/** A setting that cannot be used. `value` is left out where it may be a secret. */
export function invalid(name: string, expected: Message, value?: string): SettingError {
  if (value === undefined) return new SettingError(settingMessages.invalid(name, expected));
  const cut = value.length > shownLength ? `${value.slice(0, shownLength)}…` : value;
  return new SettingError(settingMessages.invalidValue(name, JSON.stringify(cut), expected));
}

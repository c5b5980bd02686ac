import type { Message } from '../messages/message.ts';

/** A store that cannot be used. The message is one line that names the setting and says what is expected. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** The message, and in Russian. */
  readonly text: Message;

  constructor(text: Message, options: ErrorOptions = {}) {
    super(text.en, options);
    this.text = text;
  }
}

import { inEach, type Message } from '../../messages/message.ts';
import { storeMessages } from '../../messages/store.ts';
import { StoreError } from '../store-error.ts';

/** The error that says what is expected of DATA_DIR; `cause` is what was found. */
export function unusable(directory: string, expected: Message, cause?: unknown): StoreError {
  const found = cause instanceof Error ? ` (${cause.message})` : '';
  const text = inEach((language) => storeMessages.ofDirectory(directory, expected[language] + found)[language]);
  return new StoreError(text, { cause });
}

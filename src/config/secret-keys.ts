import { expectedParts, settingMessages } from '../messages/settings.ts';
import { SettingError } from './setting-error.ts';

const keyBytes = 32;

/** The keys that seal secrets on disk, the newest first. Throws SettingError, which never shows a key. */
export function parseSecretKeys(text: string): [Buffer, ...Buffer[]] {
  const [first, ...rest] = text.split(',').map((entry, index) => parseKey(entry.trim(), index));
  if (first === undefined) throw refusal(0);
  return [first, ...rest];
}

function parseKey(entry: string, index: number): Buffer {
  const bytes = Buffer.from(entry, 'base64');
  // Buffer skips what is no base64.
  const isWhole = bytes.toString('base64').replace(/=+$/, '') === entry.replace(/=+$/, '');
  if (bytes.length !== keyBytes || !isWhole) throw refusal(index);
  return bytes;
}

function refusal(index: number): SettingError {
  return new SettingError(settingMessages.invalidEntry('SECRET_KEY', index + 1, expectedParts.secretKey));
}

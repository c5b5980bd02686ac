import { existsSync } from 'node:fs';
import { settingMessages } from '../messages/settings.ts';
import { SettingError } from './setting-error.ts';

const file = '.env';

/**
 * Takes settings from `.env` in the working directory, if there is one; those of the environment go before them. (Node's
 * own flag prints a line where there is none, and a start that is refused is one line.) Throws SettingError.
 */
export function useEnvFile(): void {
  if (!existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'no list of settings';
    throw new SettingError(settingMessages.badEnvFile(file, why));
  }
}

import { readFileSync } from 'node:fs';
import { expectedSettings, settingMessages } from '../messages/settings.ts';
import { checkOf } from '../schemas/check.ts';
import { Environment } from './environment.ts';
import { invalid, SettingError } from './setting-error.ts';

export type SecretName =
  | 'AMO_ACCESS_TOKEN'
  | 'AMO_CLIENT_SECRET'
  | 'API_KEYS'
  | 'ADMIN_KEYS'
  | 'SECRET_KEY'
  | 'DATABASE_URL';

export interface Secret {
  text: string;
  file?: string;
}

/** A secret from its variable or, where the `_FILE` form is set, from that file. Throws SettingError. */
export function readSecret(settings: Environment, name: SecretName): Secret | undefined {
  const file = settings[`${name}_FILE`];
  const text = settings[name];
  if (file === undefined) return text === undefined ? undefined : { text };
  if (text !== undefined) throw new SettingError(settingMessages.bothSet(name, `${name}_FILE`));
  return { text: checkSecret(name, file, readFile(name, file)), file };
}

/** What a secret's file holds, without the white space around it. Throws SettingError. */
export function checkSecret(name: SecretName, file: string, content: string): string {
  const text = content.trim();
  if (text === '') throw new SettingError(settingMessages.emptyFile(name, file));
  if (!checkOf(Environment.properties[name]).accepts(text)) throw invalid(`${name}_FILE`, expectedSettings[name]);
  return text;
}

function readFile(name: SecretName, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingError(settingMessages.unreadableFile(name, file), { cause: error });
  }
}

import { createHash } from 'node:crypto';
import { callerNameForm, callerNamePattern } from '../schemas/patterns.ts';
import { SettingError } from './setting-error.ts';

const scopes = ['all', 'read', 'metrics'] as const;
/** The scope of a key: everything in accounts; only steps that read and GET routes; only `/metrics`; accounts and keys themselves. */
export type Scope = (typeof scopes)[number] | 'admin';

/** A caller of this service and one of its keys; several keys with one name are one caller. */
export interface ApiKey {
  caller: string;
  scope: Scope;
  key: string;
}

/** Reads a list by commas or lines. Throws SettingError, which never shows a key. */
export function parseApiKeys(text: string | undefined): ApiKey[] {
  return text === undefined ? [] : parseKeys('API_KEYS', text);
}

/** Reads a list of keys without scopes. Throws SettingError, which never shows a key. */
export function parseAdminKeys(text: string | undefined): ApiKey[] {
  const keys = text === undefined ? [] : parseKeys('ADMIN_KEYS', text);
  const scoped = keys.findIndex(({ scope }) => scope !== 'all');
  if (scoped >= 0) throw new SettingError(`ADMIN_KEYS entry ${scoped + 1} is not valid: expected name=key or key`);
  return keys.map((key) => ({ ...key, scope: 'admin' }));
}

/** Throws SettingError where a key is in both lists. */
export function refuseShared(keys: readonly ApiKey[], adminKeys: readonly ApiKey[]): void {
  const known = new Set(keys.map(({ key }) => key));
  const shared = adminKeys.findIndex(({ key }) => known.has(key));
  if (shared >= 0) throw new SettingError(`ADMIN_KEYS entry ${shared + 1} is in API_KEYS too: expected each key once`);
}

function parseKeys(setting: string, text: string): ApiKey[] {
  const entries = text.split(/[,\n]/).map((entry) => entry.trim());
  const keys = entries.filter((entry) => entry !== '').map((entry, index) => parseApiKey(setting, entry, index));
  if (keys.length === 0) throw new SettingError(`${setting} has no entry: expected comma-separated name=key or key`);
  refuseTwins(setting, keys);
  return keys;
}

const form = new RegExp(`^(?:(${callerNameForm})(?::([^=:]*))?=(?!=*$))?([!-~]+)$`, 'u');
const callerName = new RegExp(callerNamePattern, 'u');

function parseApiKey(setting: string, entry: string, index: number): ApiKey {
  const place = `${setting} entry ${index + 1}`;
  const [, name, word, key] = form.exec(entry) ?? [];
  // A trailing "=" may be base64 padding or a name without a key.
  const cut = name === undefined && entry.endsWith('=') && entry.length % 4 !== 0;
  if (key === undefined || cut) throw new SettingError(`${place} is not valid: expected name=key or key`);
  if (name !== undefined && !callerName.test(name)) {
    throw new SettingError(`${place} is not valid: expected another name than . and ..`);
  }
  const scope = word === undefined ? 'all' : scopes.find((known) => known === word && known !== 'all');
  if (scope === undefined) {
    throw new SettingError(`${place} is not valid: expected name:read=key, name:metrics=key or name=key`);
  }
  if (key.length < 16) throw new SettingError(`${place} is too short: expected 16 characters or more`);
  // A key without a name is a caller of its own, whatever its position in the list.
  return { caller: name ?? `key-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`, scope, key };
}

function refuseTwins(setting: string, keys: readonly ApiKey[]): void {
  const places = new Map<string, number>();
  for (const [index, { key }] of keys.entries()) {
    const first = places.get(key);
    if (first !== undefined) {
      throw new SettingError(`${setting} entry ${index + 1} has the key of entry ${first + 1}: expected each key once`);
    }
    places.set(key, index);
  }
}

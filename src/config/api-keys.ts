import { createHash } from 'node:crypto';
import type { Message } from '../messages/message.ts';
import { expectedParts, settingMessages } from '../messages/settings.ts';
import { callerNameForm, callerNamePattern } from '../schemas/patterns.ts';
import { SettingError } from './setting-error.ts';

/** Characters of a key. */
const leastLength = 16;

const scopes = ['all', 'read', 'metrics'] as const;
/**
 * The scope of a key: everything in accounts; only steps that read and GET routes; only `/metrics`; accounts and keys
 * themselves.
 */
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
  if (scoped >= 0)
    throw new SettingError(settingMessages.invalidEntry('ADMIN_KEYS', scoped + 1, expectedParts.keyEntry));
  return keys.map((key) => ({ ...key, scope: 'admin' }));
}

/** Throws SettingError where a key is in both lists. */
export function refuseShared(keys: readonly ApiKey[], adminKeys: readonly ApiKey[]): void {
  const known = new Set(keys.map(({ key }) => key));
  const shared = adminKeys.findIndex(({ key }) => known.has(key));
  if (shared >= 0) throw new SettingError(settingMessages.sharedEntry(shared + 1));
}

function parseKeys(setting: string, text: string): ApiKey[] {
  const entries = text.split(/[,\n]/).map((entry) => entry.trim());
  const keys = entries.filter((entry) => entry !== '').map((entry, index) => parseApiKey(setting, entry, index));
  if (keys.length === 0) throw new SettingError(settingMessages.noEntry(setting));
  refuseTwins(setting, keys);
  return keys;
}

const form = new RegExp(`^(?:(${callerNameForm})(?::([^=:]*))?=(?!=*$))?([!-~]+)$`, 'u');
const callerName = new RegExp(callerNamePattern, 'u');

function parseApiKey(setting: string, entry: string, index: number): ApiKey {
  const refuse = (expected: Message) => new SettingError(settingMessages.invalidEntry(setting, index + 1, expected));
  const [, name, word, key] = form.exec(entry) ?? [];
  // A trailing "=" may be base64 padding or a name without a key.
  const cut = name === undefined && entry.endsWith('=') && entry.length % 4 !== 0;
  if (key === undefined || cut) throw refuse(expectedParts.keyEntry);
  if (name !== undefined && !callerName.test(name)) throw refuse(expectedParts.otherName);
  const scope = word === undefined ? 'all' : scopes.find((known) => known === word && known !== 'all');
  if (scope === undefined) throw refuse(expectedParts.scopedEntry);
  if (key.length < leastLength) throw new SettingError(settingMessages.shortEntry(setting, index + 1, leastLength));
  // A key without a name is a caller of its own, whatever its position in the list.
  return { caller: name ?? `key-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`, scope, key };
}

function refuseTwins(setting: string, keys: readonly ApiKey[]): void {
  const places = new Map<string, number>();
  for (const [index, { key }] of keys.entries()) {
    const first = places.get(key);
    if (first !== undefined) {
      throw new SettingError(settingMessages.twinEntry(setting, index + 1, first + 1));
    }
    places.set(key, index);
  }
}

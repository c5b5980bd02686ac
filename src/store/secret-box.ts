import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { SettingError } from '../config/setting-error.ts';
import { settingMessages } from '../messages/settings.ts';

/** Where a secret is kept: sealed for one place it cannot be opened as another's. */
export interface Place {
  table: string;
  column: string;
  account: string;
}

/** The place of a sealed text that every process opens, which shows whether it has the key of the others. */
export const keyPlace = { table: 'secret_key', column: 'word_enc', account: '' } as const;

/** Seals secrets that are kept on disk. */
export interface SecretBox {
  seal(text: string, place: Place): string;
  /**
   * Returns a text that was never sealed as it is. Throws SettingError where the key is none of these, and an Error where it was
   * sealed for another place or has been changed.
   */
  open(sealed: string, place: Place): string;
  /** Whether it was sealed with the key that new ones are sealed with. */
  isFresh(sealed: string): boolean;
}

const algorithm = 'aes-256-gcm';
/** Bytes of the nonce, fresh for each sealing, and of the tag. Source: NIST SP 800-38D, 8.2.2. */
const nonceBytes = 12;
const tagBytes = 16;
const form = /^sealed:([\da-f]{8}):([\w-]+)$/;

/** The box of some keys of 32 bytes. The first seals; all of them open, so that a key can be replaced. */
export function createSecretBox(keys: readonly [Buffer, ...Buffer[]]): SecretBox {
  const named = new Map(keys.map((key) => [idOf(key), key]));
  const [key] = keys;
  const id = idOf(key);

  return {
    seal(text, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(aboutOf(place));
      const hidden = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `sealed:${id}:${hidden.toString('base64url')}`;
    },
    open(sealed, place) {
      const [, keyId, hidden = ''] = form.exec(sealed) ?? [];
      // Written before there was a key.
      if (keyId === undefined) return sealed;
      const opener = named.get(keyId);
      if (opener === undefined) throw missing(keyId, place);
      const bytes = Buffer.from(hidden, 'base64url');
      const decipher = createDecipheriv(algorithm, opener, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(aboutOf(place)).setAuthTag(bytes.subarray(-tagBytes));
      return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
    },
    isFresh: (sealed) => form.exec(sealed)?.[1] === id,
  };
}

/** For a service without SECRET_KEY: secrets are written as they are. */
export const openBox: SecretBox = {
  seal: (text) => text,
  open(text, place) {
    const [, keyId] = form.exec(text) ?? [];
    if (keyId !== undefined) throw missing(keyId, place);
    return text;
  },
  isFresh: (text) => !form.test(text),
};

function missing(keyId: string, { table }: Place): SettingError {
  // It is opened last: where it fails, the keys were enough for all that is in use.
  const { lacksUnusedKey, lacksSecretKey } = settingMessages;
  return new SettingError(table === keyPlace.table ? lacksUnusedKey(keyId) : lacksSecretKey(keyId));
}

function aboutOf({ table, column, account }: Place): Buffer {
  return Buffer.from(JSON.stringify([table, column, account]));
}

/** A hash by which keys are told apart. */
function idOf(key: Buffer): string {
  return createHmac('sha256', key).update('amocrm-steps key id').digest('hex').slice(0, 8);
}

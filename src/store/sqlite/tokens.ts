import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import type { TokenStore } from '../../amocrm/tokens/token-store.ts';
import type { TokenTimes } from '../../config/account-table.ts';
import { checkOf } from '../../schemas/check.ts';
import { readPair } from '../rows/token-pair.ts';
import { tokenPlaces } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Integration } from '../store.ts';
import type { GroupCommit } from './group-commit.ts';

const timesRow = checkOf(Type.Object({ account: Type.String(), issuedAt: Type.Number(), expiresAt: Type.Number() }));
const grantRow = checkOf(Type.Object({ begun_at: Type.Number(), taken: Type.Number() }));

/**
 * The tokens of one integration, in the journal's database. The hash of an accepted grant is kept, so that it is never
 * sent again; with one renewal a day that is a few kilobytes a year. Each change is committed at once.
 */
export function createTokenStore(
  database: DatabaseSync,
  { commit, flush }: GroupCommit,
  { account, clientId }: Integration,
  box: SecretBox,
): TokenStore {
  const integration = [account, clientId] as const;
  const places = tokenPlaces(account);
  const where = 'WHERE account = ? AND client_id = ?';
  const findPair = database.prepare(`SELECT * FROM tokens ${where}`);
  const putPair = database.prepare('INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?, ?)');
  const findGrant = database.prepare(`SELECT begun_at, taken FROM grants ${where} AND hash = ?`);
  const openGrants = database.prepare(`SELECT hash FROM grants ${where} AND taken = 0`);
  const addGrant = database.prepare('INSERT INTO grants VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING');
  const dropGrant = database.prepare(`DELETE FROM grants ${where} AND hash = ?`);
  const dropOpenGrants = database.prepare(`DELETE FROM grants ${where} AND taken = 0`);
  const takeGrant = database.prepare(`UPDATE grants SET taken = 1 ${where} AND hash = ?`);

  function commitNow(run: () => void): Promise<void> {
    const committed = commit(run);
    flush();
    return committed;
  }

  return {
    load: async () => {},
    pair() {
      const row = findPair.get(...integration);
      return row === undefined ? undefined : readPair(row, box);
    },
    find(hash) {
      const row = findGrant.get(...integration, hash);
      if (row === undefined) return undefined;
      const { begun_at, taken } = grantRow.parse(row);
      return { begunAt: begun_at, isTaken: taken === 1 };
    },
    open: () => openGrants.all(...integration).map(({ hash }) => String(hash)),
    begin: (hash, at) => commitNow(() => void addGrant.run(...integration, hash, Math.floor(at))),
    drop: (hash) => commitNow(() => void dropGrant.run(...integration, hash)),
    keep: (hash, { accessToken, refreshToken, issuedAt, expiresAt }) =>
      commitNow(() => {
        const sealed = [box.seal(accessToken, places.access), box.seal(refreshToken, places.refresh)];
        putPair.run(...integration, ...sealed, Math.floor(issuedAt), Math.floor(expiresAt));
        takeGrant.run(...integration, hash);
        // With these tokens earlier exchanges in doubt do not matter any more.
        dropOpenGrants.run(...integration);
      }),
  };
}

/** When the pairs of tokens of all accounts were issued and expire, wall-clock milliseconds. */
export function listTokenTimes(database: DatabaseSync): () => TokenTimes[] {
  const list = database.prepare('SELECT account, issued_at AS issuedAt, expires_at AS expiresAt FROM tokens');
  return () => list.all().map((row) => timesRow.parse(row));
}

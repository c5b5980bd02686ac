import { Type } from 'typebox';
import type { TokenPair } from '../../amocrm/tokens/grant.ts';
import type { KeptGrant, TokenStore } from '../../amocrm/tokens/token-store.ts';
import { checkOf } from '../../schemas/check.ts';
import { readPair } from '../rows/token-pair.ts';
import { tokenPlaces } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Integration } from '../store.ts';
import type { Database } from './database.ts';
import { change, type Fence, FenceError, isHeld } from './fence.ts';
import { keepLatePair } from './late-pair.ts';

const grantRow = checkOf(Type.Object({ hash: Type.String(), begun_at: Type.Number(), taken: Type.Boolean() }));

const ofIntegration = 'account = $3 AND client_id = $4';
const begin = 'begun AS (INSERT INTO grants SELECT $3, $4, $5, $6::bigint, false FROM lease ON CONFLICT DO NOTHING)';
const drop = `dropped AS (DELETE FROM grants WHERE ${isHeld} AND ${ofIntegration} AND hash = $5)`;
// With these tokens earlier exchanges in doubt do not matter any more.
const keep =
  'kept AS (INSERT INTO tokens SELECT $3, $4, $6, $7, $8::bigint, $9::bigint FROM lease ' +
  'ON CONFLICT (account, client_id) DO UPDATE SET access_token = excluded.access_token, ' +
  'refresh_token = excluded.refresh_token, issued_at = excluded.issued_at, expires_at = excluded.expires_at), ' +
  `taken AS (UPDATE grants SET taken = true WHERE ${isHeld} AND ${ofIntegration} AND hash = $5), ` +
  `dropped AS (DELETE FROM grants WHERE ${isHeld} AND ${ofIntegration} AND NOT taken AND hash <> $5)`;

export interface TokenOptions {
  database: Database;
  fence: Fence;
  integration: Integration;
  box: SecretBox;
}

/**
 * The tokens of one integration. Only the account's owner changes them, so they are read once and are in memory as they are
 * in the database; but for a pair that an earlier owner was still waiting for.
 */
export async function openTokenStore({ database, fence, integration, box }: TokenOptions): Promise<TokenStore> {
  const { account, clientId } = integration;
  const whose = [account, clientId] as const;
  const places = tokenPlaces(account);
  let grants = new Map<string, KeptGrant>();
  let pair: TokenPair | undefined;

  async function load(): Promise<void> {
    const [pairs, rows] = await Promise.all([
      database.query('SELECT * FROM tokens WHERE account = $1 AND client_id = $2', whose),
      database.query('SELECT hash, begun_at, taken FROM grants WHERE account = $1 AND client_id = $2', whose),
    ]);
    const found = rows.map((row) => grantRow.parse(row));
    grants = new Map(found.map(({ hash, begun_at, taken }) => [hash, { begunAt: begun_at, isTaken: taken }]));
    pair = pairs[0] === undefined ? undefined : readPair(pairs[0], box);
  }

  /** Whether the sealed refresh token is that of the pair in memory. */
  function isSame(stored: string | undefined): boolean {
    return (stored === undefined ? undefined : box.open(stored, places.refresh)) === pair?.refreshToken;
  }

  async function write(hash: string, columns: readonly (string | number)[]): Promise<void> {
    try {
      await change(database, fence, keep, [...whose, hash, ...columns]);
    } catch (error) {
      const isLate = error instanceof FenceError && (await keepLatePair(database, { whose, hash, columns, isSame }));
      if (!isLate) throw error;
    }
  }

  await load();
  return {
    load,
    pair: () => pair,
    find: (hash) => grants.get(hash),
    open: () => [...grants].filter(([, { isTaken }]) => !isTaken).map(([hash]) => hash),
    async begin(hash, at) {
      const begunAt = Math.floor(at);
      await change(database, fence, begin, [...whose, hash, begunAt]);
      if (!grants.has(hash)) grants.set(hash, { begunAt, isTaken: false });
    },
    async drop(hash) {
      await change(database, fence, drop, [...whose, hash]);
      grants.delete(hash);
    },
    async keep(hash, { accessToken, refreshToken, ...times }) {
      const [issuedAt, expiresAt] = [Math.floor(times.issuedAt), Math.floor(times.expiresAt)];
      const sealed = [box.seal(accessToken, places.access), box.seal(refreshToken, places.refresh)];
      await write(hash, [...sealed, issuedAt, expiresAt]);
      pair = { accessToken, refreshToken, issuedAt, expiresAt };
      for (const [other, { isTaken }] of grants) if (!isTaken && other !== hash) grants.delete(other);
      const grant = grants.get(hash);
      if (grant !== undefined) grants.set(hash, { ...grant, isTaken: true });
    },
  };
}

import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import type { Database } from './database.ts';

const storedRow = checkOf(Type.Object({ refresh_token: Type.String() }));

const ofIntegration = 'account = $1 AND client_id = $2';
const find = `SELECT refresh_token FROM tokens WHERE ${ofIntegration}`;
const keep =
  `WITH doubt AS (SELECT 1 FROM grants WHERE ${ofIntegration} AND hash = $3 AND NOT taken FOR UPDATE), ` +
  'replaced AS (UPDATE tokens SET access_token = $4, refresh_token = $5, issued_at = $6, expires_at = $7 ' +
  `WHERE ${ofIntegration} AND refresh_token = $8 AND EXISTS (SELECT 1 FROM doubt) RETURNING 1), ` +
  'added AS (INSERT INTO tokens SELECT $1, $2, $4, $5, $6::bigint, $7::bigint FROM doubt WHERE $8::text IS NULL ' +
  'ON CONFLICT DO NOTHING RETURNING 1), kept AS (SELECT 1 FROM replaced UNION ALL SELECT 1 FROM added), ' +
  `taken AS (UPDATE grants SET taken = true WHERE ${ofIntegration} AND hash = $3 AND EXISTS (SELECT 1 FROM kept)) ` +
  'SELECT 1 FROM kept';

export interface LatePair {
  /** The account and the client. */
  whose: readonly [string, string];
  /** The hash of the grant that it was exchanged for. */
  hash: string;
  /** Its columns, from the access token on. */
  columns: readonly (string | number)[];
  /** Whether a stored refresh token, sealed, is the one that was there when the grant was sent. */
  isSame(stored: string | undefined): boolean;
}

/**
 * Writes a pair of tokens that came when another replica owned the account already: a grant works once, so no other
 * process can get one for it. Only where neither the tokens nor the grant have changed meanwhile; false otherwise.
 */
export async function keepLatePair(
  { query }: Pick<Database, 'query'>,
  { whose, hash, columns, isSame }: LatePair,
): Promise<boolean> {
  const stored = async () => (await query(find, whose)).map((row) => storedRow.parse(row).refresh_token).at(0);
  for (let now = await stored(); isSame(now); ) {
    if ((await query(keep, [...whose, hash, ...columns, now ?? null])).length > 0) return true;
    const before = now;
    now = await stored();
    // Where it has changed it may be the same pair, sealed with a newer key: it is compared again.
    if (now === before) return false;
  }
  return false;
}

import { Type } from 'typebox';
import type { TokenPair } from '../../amocrm/tokens/grant.ts';
import { checkOf } from '../../schemas/check.ts';
import { tokenPlaces } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';

const pairRow = checkOf(
  Type.Object({
    account: Type.String(),
    access_token: Type.String(),
    refresh_token: Type.String(),
    issued_at: Type.Number(),
    expires_at: Type.Number(),
  }),
);

export function readPair(row: unknown, box: SecretBox): TokenPair {
  const { account, access_token, refresh_token, issued_at, expires_at } = pairRow.parse(row);
  const places = tokenPlaces(account);
  return {
    accessToken: box.open(access_token, places.access),
    refreshToken: box.open(refresh_token, places.refresh),
    issuedAt: issued_at,
    expiresAt: expires_at,
  };
}

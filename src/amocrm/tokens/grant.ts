import { createHash } from 'node:crypto';

/** An integration as amoCRM knows it. */
export interface OAuthClient {
  id: string;
  secret: string;
  /** To the letter as amoCRM has it. */
  redirectUri: string;
}

/** What amoCRM gives a pair of tokens for, once. */
export interface Grant {
  kind: 'authorization_code' | 'refresh_token';
  value: string;
}

/** What an access token and the refresh token beside it are. Times are wall-clock milliseconds. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  /** Before the request that it answers. */
  issuedAt: number;
  /** Of the access token. */
  expiresAt: number;
}

/** What a grant is remembered by: SHA-256 of its value. */
export function hashOf({ value }: Grant): string {
  return createHash('sha256').update(value).digest('hex');
}

import { createHash } from 'node:crypto';

export interface OAuthClient {
  id: string;
  secret: string;
  /** Exactly as registered in amoCRM. */
  redirectUri: string;
}

/** What amoCRM exchanges once for a pair of tokens. */
export interface Grant {
  kind: 'authorization_code' | 'refresh_token';
  value: string;
}

/** An access token and its refresh token. Times are wall-clock milliseconds. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  /** When the pair was issued: the time before the request. */
  issuedAt: number;
  expiresAt: number;
}

/** Identifies a grant on disk: SHA-256 of its value. */
export function hashOf({ value }: Grant): string {
  return createHash('sha256').update(value).digest('hex');
}

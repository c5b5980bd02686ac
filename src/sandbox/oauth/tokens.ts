import { randomBytes, randomUUID } from 'node:crypto';
import { jwt } from './jwt.ts';
import { CLIENT_ID, CLIENT_SECRET } from './long-lived.ts';

const CODE_MS = 20 * 60_000;
const ACCESS_S = 86_400;
const REFRESH_MS = 90 * 86_400_000;

interface Grant {
  expires: number;
  state: 'fresh' | 'used' | 'revoked';
}

interface Bearer {
  expires: number;
  integration: string;
  /** Made by hand, so that it outlasts what becomes of the grants. */
  isLongLived: boolean;
}

export interface TokenPair {
  token_type: 'Bearer';
  expires_in: number;
  server_time: number;
  access_token: string;
  refresh_token: string;
}

export type Use = 'ok' | 'unknown' | 'expired' | 'revoked';

/** Tokens and codes of the account: lifetimes as https://www.amocrm.ru/developers/content/oauth/step-by-step has them. */
export class Tokens {
  readonly clientId = CLIENT_ID;
  readonly clientSecret = CLIENT_SECRET;
  readonly redirectUri: string;
  readonly #now: () => number;
  readonly #codes = new Map<string, Grant>();
  readonly #refresh = new Map<string, Grant>();
  readonly #access = new Map<string, Bearer>();

  constructor(now: () => number, redirectUri: string) {
    this.#now = now;
    this.redirectUri = redirectUri;
  }

  /** A new authorization code: single use, 20 minutes. */
  authCode(): string {
    const code = `def50200${randomBytes(64).toString('hex')}`;
    this.#codes.set(code, { expires: this.#now() + CODE_MS, state: 'fresh' });
    return code;
  }

  useCode(code: string): Use {
    return use(this.#codes, code, this.#now());
  }

  /** A refresh token can be exchanged exactly once. */
  useRefresh(token: string): Use {
    return use(this.#refresh, token, this.#now());
  }

  issue(subject: { accountId: number; userId: number; host: string }): TokenPair {
    const now = this.#now();
    const issued = Math.floor(now / 1000);
    const times = { issued, expires: issued + ACCESS_S };
    const access = jwt({ clientId: this.clientId, id: randomUUID(), ...subject, ...times }, this.clientSecret);
    const refresh = `def50200${randomBytes(320).toString('hex')}`;
    this.#access.set(access, { expires: now + ACCESS_S * 1000, integration: this.clientId, isLongLived: false });
    this.#refresh.set(refresh, { expires: now + REFRESH_MS, state: 'fresh' });
    return {
      token_type: 'Bearer',
      expires_in: ACCESS_S,
      server_time: issued,
      access_token: access,
      refresh_token: refresh,
    };
  }

  /** Lets a long-lived token in; tokens of one integration share its rate limit. */
  allow(token: string, integration = this.clientId): void {
    this.#access.set(token, { expires: Number.POSITIVE_INFINITY, integration, isLongLived: true });
  }

  /** The integration behind a bearer token, undefined when the token is unknown, expired or revoked. */
  integrationOf(token: string): string | undefined {
    const known = this.#access.get(token);
    return known && known.expires > this.#now() ? known.integration : undefined;
  }

  /** Makes an access, refresh or long-lived token worthless. */
  revoke(token: string): void {
    this.#access.delete(token);
    const refresh = this.#refresh.get(token);
    if (refresh) refresh.state = 'revoked';
  }

  /** Makes all issued access tokens worthless; what they are renewed with stays good. */
  revokeAccess(): void {
    for (const [token, { isLongLived }] of this.#access) if (!isLongLived) this.#access.delete(token);
  }

  /** What an administrator does who removes the integration: everything issued so far is worthless. */
  revokeAll(): void {
    this.revokeAccess();
    for (const grants of [this.#codes, this.#refresh]) for (const grant of grants.values()) grant.state = 'revoked';
  }

  /** Whether a refresh token could be exchanged now. */
  isFresh(refresh: string): boolean {
    const grant = this.#refresh.get(refresh);
    return grant?.state === 'fresh' && grant.expires > this.#now();
  }

  clear(): void {
    for (const part of [this.#codes, this.#refresh, this.#access]) part.clear();
  }
}

function use(grants: Map<string, Grant>, key: string, now: number): Use {
  const grant = grants.get(key);
  if (grant === undefined) return 'unknown';
  if (grant.state !== 'fresh') return 'revoked';
  if (grant.expires <= now) return 'expired';
  grant.state = 'used';
  return 'ok';
}

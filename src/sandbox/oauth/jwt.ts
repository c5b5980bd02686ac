import { createHmac } from 'node:crypto';

interface Subject {
  clientId: string;
  accountId: number;
  userId: number;
  host: string;
  /** What tells one token from another. */
  id: string;
  /** Unix seconds. */
  issued: number;
  expires: number;
}

/** A token of three parts with the claims that amoCRM puts into its own. The sandbox never looks into them. */
export function jwt({ clientId, accountId, userId, host, id, issued, expires }: Subject, secret: string): string {
  const claims = {
    aud: clientId,
    jti: id,
    iat: issued,
    nbf: issued,
    exp: expires,
    sub: String(userId),
    grant_type: '',
    account_id: accountId,
    base_domain: host,
    version: 2,
    scopes: ['crm', 'files', 'notifications'],
    api_domain: host,
  };
  const unsigned = [{ typ: 'JWT', alg: 'HS256' }, claims].map(encode).join('.');
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

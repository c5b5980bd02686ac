import { createHmac, randomBytes } from 'node:crypto';

/** How a secret begins. Source: Standard Webhooks, "Signature scheme"; its keys have 24 to 64 bytes. */
const prefix = 'whsec_';
const secretBytes = 32;

export function newSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64');
}

export interface Signed {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  body: string;
}

/** The headers of a delivery as Standard Webhooks has them, with a signature by each of the secrets. */
export function signedHeaders({ id, at, body }: Signed, secrets: readonly string[]): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

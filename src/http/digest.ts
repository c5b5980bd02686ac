import { createHash } from 'node:crypto';

/** SHA-256: keys have 16 characters or more and are random, so they need no salt. */
export function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

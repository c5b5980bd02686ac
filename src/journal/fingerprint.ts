import { createHash } from 'node:crypto';

/** Tells requests of one key apart: SHA-256 over the route and the body as a JSON value. */
export function fingerprintOf(route: string, body: unknown): string {
  const canonical = JSON.stringify(body, (_key, value: unknown) => (isRecord(value) ? sortKeys(value) : value));
  return createHash('sha256').update(`${route}\n${canonical}`).digest('hex');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortKeys(record: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(record).sort();
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}

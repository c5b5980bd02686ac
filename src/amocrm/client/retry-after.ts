/** Seconds that a Retry-After header asks for (RFC 9110 §10.2.3: seconds or a date); undefined where it says nothing. */
export function parseRetryAfter(header: string | null, wallMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header);
  const date = /^[a-z]{3}/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, (date - wallMs) / 1000);
}

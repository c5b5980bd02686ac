import { randomUUID } from 'node:crypto';

const escapes = /\\(?:u([0-9a-fA-F]{4})|[\s\S])/g;
const [space, quote, backslash] = [0x20, 0x22, 0x5c];
/** A string as it is written, and the colon that makes it a key. */
const written = /"([^"\\]*(?:\\[\s\S][^"\\]*)*)"(\s*:)?/g;

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/**
 * `JSON.parse` for texts of several callers. V8 13.6 compares an escaped key as it is written with the keys that objects of
 * that shape had before, so that somebody else's `"\\u0418\\u"` makes another key of `"\u0418…"`. Escapes that need not be
 * are therefore replaced first; a key that still has one is parsed under another name. Throws SyntaxError.
 */
export function parseJson(text: string, reviver?: Reviver): unknown {
  if (!text.includes('\\')) return JSON.parse(text, reviver);
  // Outside strings an escape is a mistake, which must not get lost.
  JSON.parse(text);
  const prefix = `${randomUUID()} `;
  const names = new Map<string, string>();
  const plain = text.replaceAll(escapes, asItIs).replaceAll(written, (whole, string: string, colon?: string) => {
    if (colon === undefined || !string.includes('\\')) return whole;
    const name = names.get(string) ?? `${prefix}${names.size}`;
    names.set(string, name);
    return `"${name}"${colon}`;
  });
  const value: unknown = JSON.parse(plain, reviver);
  if (names.size === 0) return value;
  const keys = new Map([...names].map(([string, name]) => [name, String(JSON.parse(`"${string}"`))]));
  return withKeys(value, keys);
}

function asItIs(whole: string, code: string | undefined): string {
  if (code === undefined) return whole;
  const unit = Number.parseInt(code, 16);
  return unit < space || unit === quote || unit === backslash ? whole : String.fromCharCode(unit);
}

/** Gives the keys their own names again. */
function withKeys(value: unknown, keys: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  for (const entry of entries) entry[1] = withKeys(entry[1], keys);
  if (Array.isArray(value)) return entries.map(([, part]) => part);
  if (!entries.some(([key]) => keys.has(key))) return Object.assign(value, Object.fromEntries(entries));
  return Object.fromEntries(entries.map(([key, part]) => [keys.get(key) ?? key, part]));
}

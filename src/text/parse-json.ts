const escaped = /\\(?:u([0-9a-fA-F]{4})|[\s\S])/g;
const [space, quote, backslash] = [0x20, 0x22, 0x5c];

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/**
 * `JSON.parse` for texts of several callers. V8 13.6 compares an escaped key as it is written with the keys that objects of
 * that shape had before, so that somebody else's `"\\u0418\\u"` makes another key of `"\u0418…"`. Escapes that need not be
 * are therefore replaced first; keys with a quote, a backslash or a control character stay as they are. Throws SyntaxError.
 */
export function parseJson(text: string, reviver?: Reviver): unknown {
  if (!text.includes('\\u')) return JSON.parse(text, reviver);
  // Outside strings an escape is a mistake, which must not get lost.
  JSON.parse(text);
  return JSON.parse(text.replaceAll(escaped, asItIs), reviver);
}

function asItIs(written: string, code: string | undefined): string {
  if (code === undefined) return written;
  const unit = Number.parseInt(code, 16);
  return unit < space || unit === quote || unit === backslash ? written : String.fromCharCode(unit);
}

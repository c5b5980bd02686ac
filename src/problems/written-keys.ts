/** A key that JavaScript puts before all others, wherever it stands in the text; maybe escaped. */
const movedKey = /"\d+"\s*:|\\u003\d/;

/** The texts of documents in which keys may have moved, for as long as the documents live. */
const texts = new WeakMap<object, string>();

/** Keeps the text of a document where its objects may have lost the order of their keys. */
export function keepText(document: unknown, text: string): void {
  if (typeof document === 'object' && document !== null && movedKey.test(text)) texts.set(document, text);
}

/** The text that was kept; undefined where the objects have the order of the text. */
export function keptText(document: unknown): string | undefined {
  return typeof document === 'object' && document !== null ? texts.get(document) : undefined;
}

/**
 * Sets the places of keys as they stand in a text, which is the JSON of `document`; of objects and keys in `places` alone.
 * Objects that hold them must be in `places`, too. Of equal keys the last counts.
 */
export function placeAsWritten(
  text: string,
  document: unknown,
  places: ReadonlyMap<unknown, Map<string, number>>,
): void {
  let at = 0;
  readValue(document);

  /** `value` is undefined where nothing in it is asked for. */
  function readValue(value: unknown): void {
    skip(' \n\r\t:,');
    const first = text[at];
    if (first === '{') readMembers(value);
    else if (first === '[') readItems(value);
    else if (first === '"') readString();
    else while (at < text.length && !' \n\r\t,]}'.includes(text[at] ?? '')) at += 1;
  }

  function readMembers(value: unknown): void {
    const known = places.get(value);
    at += 1;
    for (let place = 0; ; place += 1) {
      skip(' \n\r\t,');
      if (text[at] !== '"') break;
      const written = readString();
      // Only an escaped key is worth a parser.
      const key = written.includes('\\') ? String(JSON.parse(written)) : written.slice(1, -1);
      if (known?.has(key)) known.set(key, place);
      readValue(known === undefined ? undefined : Reflect.get(Object(value), key));
    }
    at += 1;
  }

  function readItems(value: unknown): void {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    at += 1;
    for (let index = 0; ; index += 1) {
      skip(' \n\r\t,');
      if (text[at] === ']' || at >= text.length) break;
      readValue(items[index]);
    }
    at += 1;
  }

  function readString(): string {
    const start = at;
    at += 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
    return text.slice(start, at);
  }

  function skip(blanks: string): void {
    while (at < text.length && blanks.includes(text[at] ?? '')) at += 1;
  }
}

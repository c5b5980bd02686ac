/**
 * Templates in strings, read in one pass:
 *
 *     placeholder = "{" operands "}" | "{{" operands "}}"
 *     operands    = path { "||" ( path | literal ) }
 *     path        = name { "." name | "[" digits "]" }
 *     name        = letters of any script, digits and "_"
 *     literal     = "'" … "'" | '"' … '"'
 *
 * Blanks may stand around operands. Whatever is not a placeholder, a lone brace say, is text.
 */
export interface Placeholder {
  /** As it stands in the text, braces included. */
  source: string;
  /** Where it begins, counted from 0. */
  at: number;
  operands: readonly Operand[];
}

export type Operand = { path: readonly string[] } | { literal: string };

/** Longer ones are text; the bound keeps the reading of hostile text linear. */
const maxPlaceholder = 500;

/** The parts of a text: strings as they are, and placeholders. */
export function parseTemplate(text: string): (string | Placeholder)[] {
  const parts: (string | Placeholder)[] = [];
  let from = 0;
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at)) {
    const placeholder = readPlaceholder(text, at);
    if (placeholder === undefined) {
      at += 1;
      continue;
    }
    if (at > from) parts.push(text.slice(from, at));
    parts.push(placeholder);
    from = at + placeholder.source.length;
    at = from;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The placeholder that the text is, if it is one and nothing else. */
export function solePlaceholder(text: string): Placeholder | undefined {
  const [only, ...others] = parseTemplate(text);
  return typeof only === 'object' && others.length === 0 ? only : undefined;
}

function readPlaceholder(text: string, at: number): Placeholder | undefined {
  const braces = text.startsWith('{{', at) ? 2 : 1;
  const reader = new Reader(text.slice(at + braces, at + maxPlaceholder));
  const operands = readOperands(reader);
  if (operands === undefined || !reader.take('}'.repeat(braces))) return undefined;
  return { source: text.slice(at, at + braces + reader.at), at, operands };
}

function readOperands(reader: Reader): Operand[] | undefined {
  reader.skipBlanks();
  const path = readPath(reader);
  if (path === undefined) return undefined;
  const operands: Operand[] = [{ path }];
  reader.skipBlanks();
  while (reader.take('||')) {
    reader.skipBlanks();
    const operand = readLiteral(reader) ?? readPathOperand(reader);
    if (operand === undefined) return undefined;
    operands.push(operand);
    reader.skipBlanks();
  }
  return operands;
}

function readPathOperand(reader: Reader): Operand | undefined {
  const path = readPath(reader);
  return path === undefined ? undefined : { path };
}

function readPath(reader: Reader): string[] | undefined {
  const first = reader.match(name);
  if (first === undefined) return undefined;
  const path = [first];
  for (;;) {
    const next = reader.take('.') ? reader.match(name) : reader.take('[') ? readIndex(reader) : null;
    if (next === null) return path;
    if (next === undefined) return undefined;
    path.push(next);
  }
}

function readIndex(reader: Reader): string | undefined {
  const index = reader.match(digits);
  return index !== undefined && reader.take(']') ? index : undefined;
}

function readLiteral(reader: Reader): Operand | undefined {
  const text = reader.match(quoted);
  return text === undefined ? undefined : { literal: text.slice(1, -1) };
}

const name = /[\p{L}\p{N}_]+/uy;
const digits = /\d+/y;
const quoted = /'[^']*'|"[^"]*"/y;
const blanks = /[ \t]*/y;

/** A place in a text that moves on over what it recognizes. */
class Reader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  take(token: string): boolean {
    if (!this.#text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  skipBlanks(): void {
    this.match(blanks);
  }
}

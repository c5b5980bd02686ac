export interface Placeholder {
  source: string;
  at: number;
}

export type Operand = { path: readonly string[] } | { literal: string };

const name = /[\p{L}\p{N}_]+/gu;
const path = String.raw`${name.source}(?:\.${name.source}|\[\d+\])*`;
const operand = new RegExp(`'[^']*'|"[^"]*"|${path}`, 'gu');
const operands = String.raw`[ \t]*${path}[ \t]*(?:\|\|[ \t]*(?:${operand.source})[ \t]*)*`;
/**
 * `{a.b[0] || 'text'}`, or the same in two braces; whatever else has braces is text. Linear: no two parts can match the
 * same character, and a `{` that begins a further attempt can stand in a literal alone, of which there are two kinds.
 */
const placeholder = new RegExp(String.raw`\{\{${operands}\}\}|\{${operands}\}`, 'gu');

const wholeName = new RegExp(`^${name.source}$`, 'u');
/** A brace and what may be a name, as far as the next brace. */
const begun = /\{[ \t]*([\p{L}\p{N}_][\p{L}\p{N}_-]*)[^{}\n]{0,40}\}?/gu;
/** Braces of a text that are looked at. */
const mostBegun = 20;

/** Whether a name can stand in a placeholder. */
export function isName(text: string): boolean {
  return wholeName.test(text);
}

/** The first brace of a text without placeholders after which the name of a variable stands, `-` for `_` too. */
export function almostPlaceholder(
  text: string,
  isVariable: (name: string) => boolean,
): { source: string; name: string } | undefined {
  for (const { 0: source, 1: written = '' } of text.matchAll(begun).take(mostBegun)) {
    const found = [written, written.replaceAll('-', '_')].find(isVariable);
    if (found !== undefined) return { source, name: found };
  }
  return undefined;
}

/** The parts of a text: strings as they are, and placeholders. */
export function parseTemplate(text: string): (string | Placeholder)[] {
  const parts: (string | Placeholder)[] = [];
  let from = 0;
  for (const { 0: source, index: at } of text.matchAll(placeholder)) {
    if (at > from) parts.push(text.slice(from, at));
    parts.push({ source, at });
    from = at + source.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The first placeholder of a text; `isSole` where the text is nothing else. The rest of the text is not read. */
export function firstPlaceholder(text: string): (Placeholder & { isSole: boolean }) | undefined {
  const [{ 0: source = '', index: at } = { index: -1 }] = text.matchAll(placeholder).take(1);
  return at < 0 ? undefined : { source, at, isSole: source.length === text.length };
}

/** The operands of a placeholder, in order of precedence. */
export function readOperands({ source }: Placeholder): Operand[] {
  return source.match(operand)?.map(readOperand) ?? [];
}

function readOperand(source: string): Operand {
  return /^['"]/.test(source) ? { literal: source.slice(1, -1) } : { path: source.match(name) ?? [] };
}

export interface JsonFault {
  /** Both counted from 1; a column in UTF-16 code units. */
  line: number;
  column: number;
  /** JSON.parse's message, without the text that it quotes. */
  reason: string;
}

/** V8's message quotes this many characters on both sides of an unexpected token, and does not tell its position. */
const quoted = 10;
const padding = ' '.repeat(quoted);

/** The position where a text stops being JSON; undefined where it is valid JSON. */
export function faultOfJson(text: string): JsonFault | undefined {
  // With this padding every token has ten characters on both sides.
  const padded = padding + text + padding;
  try {
    JSON.parse(padded);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const lines = text.slice(0, Math.max(0, positionIn(padded, message) - quoted)).split('\n');
    const reason = message.replace(/(,| in JSON| after JSON)? at position .*$|, \.\.\.".*$/s, '');
    return { line: lines.length, column: (lines.at(-1) ?? '').length + 1, reason };
  }
}

function positionIn(padded: string, message: string): number {
  const told = /at position (\d+)/.exec(message)?.[1];
  const around = /^Unexpected token '.*?', \.\.\."(.{20})"\.\.\. is not valid JSON$/s.exec(message)?.[1];
  if (told !== undefined) return Number(told);
  return around === undefined ? padded.length : padded.indexOf(around) + quoted;
}

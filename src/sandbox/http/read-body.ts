import type { IncomingMessage } from 'node:http';

/** The request's body as text; resolves when the last byte is there. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export type Parsed = { value: unknown } | { broken: string };

/** An empty body has no value; a malformed one is kept as it came. */
export function parseJson(text: string): Parsed {
  if (text === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { broken: text };
    throw error;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { type Path, Problem, refuseFaults } from '../errors.ts';

export const maxBodyBytes = 1024 * 1024;
const maxDepth = 64;

/**
 * Reads bodies without changing them: malformed UTF-8, numbers that JavaScript would round, keys that poison
 * prototypes and nesting beyond 64 levels are refused. Of equal keys the last counts.
 */
export const jsonBody = fp(
  async (app: FastifyInstance) => {
    const parseJson = app.getDefaultJsonParser('error', 'error');
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (request: FastifyRequest, bytes: Buffer) => {
        const text = decode(bytes);
        refuseDepth(text);
        const body = await new Promise((resolve, reject) => {
          parseJson(request, text, (error, value) => (error === null ? resolve(value) : reject(notJson(error))));
        });
        if (mayHoldRoundedNumber.test(text)) refuseRoundedNumbers(body);
        return body;
      },
    );
  },
  { name: 'json-body', fastify: '5.x' },
);

function decode(bytes: Buffer): string {
  if (bytes.length === 0) throw new Problem('INVALID_REQUEST', 'The body is empty');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Problem('INVALID_REQUEST', 'The body is not valid UTF-8', { cause: error });
  }
}

function notJson(cause: Error): Problem {
  return new Problem('INVALID_REQUEST', 'The body is not valid JSON', { cause });
}

const structural = /["{}[\]]/g;

/** Counts brackets outside of strings, so that a body of a million of them costs no more than its length. */
function refuseDepth(text: string): void {
  let depth = 0;
  structural.lastIndex = 0;
  for (let match = structural.exec(text); match !== null; match = structural.exec(text)) {
    if (match[0] === '"') structural.lastIndex = endOfString(text, match.index + 1);
    else if (match[0] === '{' || match[0] === '[') depth += 1;
    else depth -= 1;
    if (depth > maxDepth) throw new Problem('INVALID_REQUEST', `The body is nested more than ${maxDepth} deep`);
  }
}

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '"') return at + 1;
  }
  return text.length;
}

const mayHoldRoundedNumber = /\d{16}|\d[eE]/;

function refuseRoundedNumbers(body: unknown): void {
  const message = 'is beyond 2^53 - 1 and would be rounded; send it as a string';
  refuseFaults([...roundedNumbers(body, [])].map((path) => ({ path, message, code: 'INVALID_REQUEST' })));
}

function* roundedNumbers(value: unknown, path: Path): Generator<Path> {
  if (typeof value === 'number') {
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) yield path;
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      yield* roundedNumbers(child, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

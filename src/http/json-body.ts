import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { type Fault, Problem, refuseFaults } from '../problems/problem.ts';

export const maxBodyBytes = 1024 * 1024;
const maxDepth = 64;

/**
 * Reads bodies without changing them: other codings than UTF-8, numbers that JavaScript would round, keys that poison
 * prototypes and nesting beyond 64 levels are refused. Of equal keys the last counts.
 */
export const jsonBody = fp(
  async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async ({ headers }: FastifyRequest, bytes: Buffer) => {
        refuseCoding(headers['content-encoding'], headers['content-type']);
        const text = decode(bytes);
        refuseDepth(text);
        const body = parse(text);
        if (mayHoldFault.test(text)) refuseFaults(faultsIn(body));
        return body;
      },
    );
  },
  { name: 'json-body', fastify: '5.x' },
);

function refuseCoding(encoding = 'identity', contentType = ''): void {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType) ?? [];
  const unknown = [
    ...(/^identity$/i.test(encoding) ? [] : [`not compressed (${encoding})`]),
    ...(/^(utf-?8|us-ascii)$/i.test(charset) ? [] : [`in UTF-8 (not ${charset})`]),
  ];
  if (unknown.length > 0) throw new Problem('UNSUPPORTED_MEDIA_TYPE', `The body must be ${unknown.join(' and ')}`);
}

function decode(bytes: Buffer): string {
  if (bytes.length === 0) throw new Problem('INVALID_REQUEST', 'The body is empty');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Problem('INVALID_REQUEST', 'The body is not valid UTF-8', { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem('INVALID_REQUEST', 'The body is not valid JSON', { cause: error });
  }
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

/** A long or scaled number, or a key that poisons prototypes; its letters may be escaped. */
const mayHoldFault = /\d{16}|\d[eE]|__proto__|prototype|\\u00[2-7]/;

function faultsIn(body: unknown): Fault[] {
  const faults: Fault[] = [];
  const path: (string | number)[] = [];
  visit(body);
  return faults;

  function visit(value: unknown): void {
    if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      refuse('is beyond 2^53 - 1 and would be rounded; send it as a string');
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visitBelow(index, item);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) visitBelow(key, item);
    }
  }

  function visitBelow(key: string | number, value: unknown): void {
    const isPoison = key === '__proto__' || (key === 'prototype' && path.at(-1) === 'constructor');
    path.push(key);
    if (isPoison) refuse('must not be a key: it would reach into prototypes');
    else visit(value);
    path.pop();
  }

  function refuse(message: string): void {
    faults.push({ path: [...path], message, code: 'INVALID_REQUEST' });
  }
}

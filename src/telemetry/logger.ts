import type { LoggerOptions } from 'pino';
import { Problem } from '../problems/problem.ts';

/**
 * What the log may say of an error: an allow-list, because errors of libraries carry whole requests, tokens too, and
 * quote addresses, values and documents. `verbose`: their messages as well, as far as they quote neither.
 */
function describe(error: unknown, verbose: boolean): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack = '', cause } = error;
  return {
    type: name,
    ...(isPlain(error) ? { message } : {}),
    ...(verbose && isForeign(error) ? { message: message.replaceAll(queries, '?…') } : {}),
    code: 'code' in error ? error.code : undefined,
    // Its head is the message once more. What is no bug is told by its code; where it was noticed says nothing.
    ...(error instanceof Problem && error.code !== 'INTERNAL_ERROR'
      ? {}
      : { stack: stack.split('\n').filter(isFrame).join('\n') }),
    ...(cause === undefined ? {} : { cause: describe(cause, verbose) }),
  };
}

/** The message is our own, the system's or SQLite's, and names nobody. */
function isPlain(error: Error): boolean {
  if (error instanceof Problem) return error.faults.length === 0;
  return 'syscall' in error || ('code' in error && error.code === 'ERR_SQLITE_ERROR');
}

/** A library's or a bug's. A parser's is left out: it quotes what it was given, which is amoCRM's answer. */
function isForeign(error: Error): boolean {
  return !(error instanceof Problem || error instanceof SyntaxError);
}

/** Whom somebody looks for stands in the query of an address. */
const queries = /\?[^\s'"]*/g;

function isFrame(line: string): boolean {
  return /^ +at /.test(line);
}

/** The process's logger settings: JSON lines with ISO time on standard output. */
export function loggerOptions(level: string): LoggerOptions {
  const verbose = level === 'debug' || level === 'trace';
  return {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (error: unknown) => describe(error, verbose) },
  };
}

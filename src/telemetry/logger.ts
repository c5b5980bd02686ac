import type { LoggerOptions } from 'pino';
import { Problem } from '../problems/problem.ts';

/**
 * What the log may contain of an error: an allow-list, because errors of libraries carry whole requests, tokens too,
 * and quote addresses, values and documents. `verbose` adds their messages, as far as they quote none of these.
 */
function describe(error: unknown, verbose: boolean): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack = '', cause } = error;
  return {
    type: name,
    ...(isPlain(error) ? { message } : {}),
    ...(verbose && isForeign(error) ? { message: message.replaceAll(queries, '?…') } : {}),
    code: 'code' in error ? error.code : undefined,
    // Its first line repeats the message. An error that is not a bug is identified by its code; its stack says nothing
    // more.
    ...(error instanceof Problem && error.code !== 'INTERNAL_ERROR'
      ? {}
      : { stack: stack.split('\n').filter(isFrame).join('\n') }),
    ...(cause === undefined ? {} : { cause: describe(cause, verbose) }),
  };
}

/** The message comes from this service, the system or SQLite, and holds no personal data. */
function isPlain(error: Error): boolean {
  if (error instanceof Problem) return error.faults.length === 0;
  return 'syscall' in error || ('code' in error && error.code === 'ERR_SQLITE_ERROR');
}

/** The message of a library or of a bug. A parser's is left out: it quotes its input, amoCRM's answer. */
function isForeign(error: Error): boolean {
  return !(error instanceof Problem || error instanceof SyntaxError);
}

/** The query of an address may hold the person that is looked for. */
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

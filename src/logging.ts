import type { LoggerOptions } from 'pino';

/** What the log may say of an error: an allow-list, because errors of HTTP clients carry whole requests, tokens too. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack } = error;
  const code = 'code' in error ? error.code : undefined;
  return { type: name, message, code, stack, ...(error.cause === undefined ? {} : { cause: describe(error.cause) }) };
}

/** The process's logger settings: JSON lines with ISO time on standard output. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describe },
  };
}

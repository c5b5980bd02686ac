import { useEnvFile } from './config/env-file.ts';
import type { Variables } from './config/environment.ts';
import { startMessages } from './messages/settings.ts';
import { serve } from './serve.ts';
import { faultOf, terminalLanguage } from './terminal.ts';

/**
 * Runs the service and resolves to its address. Without `env` the settings are those of the environment and of `.env`.
 * A refused start prints one line to standard error and resolves to undefined; the process then ends with status 1.
 */
export async function start(env?: Variables): Promise<string | undefined> {
  try {
    if (env === undefined) useEnvFile();
    return await serve(env ?? process.env);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

/** A refused start prints one line in the language of the terminal; any other error is a bug and prints its stack. */
function explain(error: unknown): string {
  const fault = isAddressError(error) ? startMessages.addressDue(error.message) : faultOf(error);
  if (fault !== undefined) return startMessages.refused(fault)[terminalLanguage()];
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}

function isAddressError(error: unknown): error is Error {
  return (
    error instanceof Error && 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo')
  );
}

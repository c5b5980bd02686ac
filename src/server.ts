import { FieldMapError } from './amocrm/fields/field-map.ts';
import { SettingError } from './config.ts';
import { serve } from './serve.ts';

try {
  await serve(process.env);
} catch (error) {
  // A refused start is one line for whoever reads it; anything else is a bug and shows where.
  const refused = error instanceof SettingError || error instanceof FieldMapError || isAddressError(error);
  process.stderr.write(
    `${refused ? `amocrm-steps cannot start: ${error.message}` : String(Error.prototype.toString.call(error))}\n`,
  );
  process.exitCode = 1;
}

function isAddressError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

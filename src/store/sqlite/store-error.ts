/** A data directory that cannot be used. The message is one line that says what is expected. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** Says what is expected of DATA_DIR; `cause` tells what was found. */
export function unusable(directory: string, expected: string, cause?: unknown): JournalError {
  const found = cause instanceof Error ? ` (${cause.message})` : '';
  return new JournalError(`DATA_DIR ${directory}: expected ${expected}${found}`, { cause });
}

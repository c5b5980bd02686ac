import { StoreError } from '../store-error.ts';

/** The error that says what is expected of DATA_DIR; `cause` is what was found. */
export function unusable(directory: string, expected: string, cause?: unknown): StoreError {
  const found = cause instanceof Error ? ` (${cause.message})` : '';
  return new StoreError(`DATA_DIR ${directory}: expected ${expected}${found}`, { cause });
}

import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import type { Database } from './database.ts';

/** A fencing token: each change by an account’s owner names the account and the epoch of its ownership, as $1 and $2. */
export type Fence = readonly [account: string, epoch: number | null];

/** Another process owns the account, or has owned it meanwhile: nothing was changed. */
export class FenceError extends Error {
  override readonly name = 'FenceError';

  constructor() {
    super('The account belongs to another replica');
  }
}

const heldRow = checkOf(Type.Object({ held: Type.Integer() }));

/**
 * Begins each change by an owner. Another process that takes the account waits for the change, and reads it; once it has
 * the account this finds no row, and nothing is changed. FOR KEY SHARE would not make it wait.
 */
export const lease = 'WITH lease AS (SELECT 1 FROM accounts WHERE id = $1 AND epoch = $2 FOR SHARE)';
/** The condition of changes that do not read from `lease`. */
export const isHeld = 'EXISTS (SELECT 1 FROM lease)';

/** Carries a change out, to be written after `lease`. Throws FenceError. */
export async function change(
  { query }: Pick<Database, 'query'>,
  fence: Fence,
  statements: string,
  values: readonly unknown[],
): Promise<void> {
  const rows = await query(`${lease}, ${statements} SELECT count(*)::integer AS held FROM lease`, [
    ...fence,
    ...values,
  ]);
  if (heldRow.parse(rows[0]).held === 0) throw new FenceError();
}

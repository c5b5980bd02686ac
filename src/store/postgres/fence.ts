import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import type { Database } from './database.ts';

/** What an account’s owner changes names it and the epoch of its ownership as $1 and $2. */
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
 * Begins each change of an owner. Who takes the account waits for the change, and reads it; after that there is no row any
 * more, and nothing to join. FOR KEY SHARE would let him pass.
 */
export const lease = 'WITH lease AS (SELECT 1 FROM accounts WHERE id = $1 AND epoch = $2 FOR SHARE)';
/** A condition of changes that join nothing. */
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

import type { Place } from './secret-box.ts';

/** The columns of the table of tokens that are sealed. */
export const tokenColumns = ['access_token', 'refresh_token'] as const;

/** Where the tokens of an account are kept. */
export function tokenPlaces(account: string): { access: Place; refresh: Place } {
  const place = (column: (typeof tokenColumns)[number]) => ({ table: 'tokens', column, account });
  return { access: place('access_token'), refresh: place('refresh_token') };
}

/** The columns of the table of callbacks that are sealed. */
export const callbackColumns = ['secret_enc', 'old_secret_enc'] as const;
export type CallbackColumn = (typeof callbackColumns)[number];

export function callbackPlace(column: CallbackColumn, caller: string): Place {
  return { table: 'callbacks', column, account: caller };
}

/** Where an account’s way of access is kept. */
export const accessColumn = { table: 'accounts', column: 'access_enc' } as const;

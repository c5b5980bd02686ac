import { Type } from 'typebox';
import type { StoredApiKey } from '../../config/api-key-table.ts';
import { checkOf } from '../../schemas/check.ts';

export const apiKeyColumns = 'id, caller, accounts, created_at';

/** What a key is for once all of its accounts are deleted. */
export const noAccounts = '[]';

const keyRow = checkOf(
  Type.Object({
    id: Type.String(),
    caller: Type.String(),
    accounts: Type.Union([Type.String(), Type.Null()]),
    created_at: Type.Number(),
  }),
);
const accountIds = checkOf(Type.Array(Type.String()));

export function readApiKey(row: unknown): StoredApiKey {
  const { id, caller, accounts, created_at } = keyRow.parse(row);
  return {
    id,
    caller,
    accounts: accounts === null ? null : accountIds.parse(JSON.parse(accounts)),
    createdAt: created_at,
  };
}

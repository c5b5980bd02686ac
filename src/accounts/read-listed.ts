import { parseFieldMap } from '../amocrm/fields/field-map.ts';
import { type AccountRecord, accessOf } from '../config/account-settings.ts';
import { accessMessages } from '../messages/access.ts';
import { Problem } from '../problems/problem.ts';
import { wordsOfFailure } from '../store/database-fault.ts';
import type { AccountSettings } from './open-account.ts';
import type { Shared } from './open-shared.ts';

/** The settings of an account of the table; undefined where there is none of that id. Throws ACCOUNT_DISABLED. */
export async function readListed(shared: Shared, id: string): Promise<AccountSettings | undefined> {
  const record = await find(shared, id);
  if (record === undefined) return undefined;
  if (record.isDisabled) throw new Problem('ACCOUNT_DISABLED', accessMessages.accountDisabled);
  const { baseUrl, rateLimit, batchSize, fieldMap } = record;
  const access = accessOf(record.access);
  return {
    id,
    fileId: id,
    baseUrl,
    access,
    tokensOf: id,
    longLivedToken: () => (access.kind === 'long-lived' ? access.accessToken : undefined),
    fieldMap: parseFieldMap(JSON.stringify(fieldMap), id),
    rateLimit,
    batchSize,
    log: shared.log.child({ account: id }),
  };
}

function find({ store }: Shared, id: string): Promise<AccountRecord | undefined> {
  return store.accounts.find(id).catch((cause: unknown) => {
    throw new Problem('OVERLOADED', wordsOfFailure(cause, accessMessages.accountsUnreadable), { cause });
  });
}

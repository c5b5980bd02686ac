import { parseFieldMap } from '../amocrm/fields/field-map.ts';
import { accessOf } from '../config/account-settings.ts';
import { accessMessages } from '../messages/access.ts';
import { Problem } from '../problems/problem.ts';
import { type OpenAccount, openAccount } from './open-account.ts';
import type { Shared } from './open-shared.ts';

/** Opens an account of the table; undefined where there is none of that id. Throws ACCOUNT_DISABLED. */
export async function openListed(shared: Shared, id: string, restMs: number): Promise<OpenAccount | undefined> {
  const record = await shared.store.accounts.find(id).catch((cause: unknown) => {
    throw new Problem('OVERLOADED', accessMessages.accountsUnreadable, { cause });
  });
  if (record === undefined) return undefined;
  if (record.isDisabled) throw new Problem('ACCOUNT_DISABLED', accessMessages.accountDisabled);
  const { baseUrl, rateLimit, batchSize, fieldMap } = record;
  const access = accessOf(record.access);
  return openAccount(shared, {
    id,
    fileId: id,
    baseUrl,
    access,
    tokensOf: id,
    longLivedToken: () => (access.kind === 'long-lived' ? access.accessToken : undefined),
    fieldMap: parseFieldMap(JSON.stringify(fieldMap), id),
    rateLimit,
    batchSize,
    restMs,
    log: shared.log.child({ account: id }),
  });
}

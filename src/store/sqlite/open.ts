import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { SettingError } from '../../config/setting-error.ts';
import { storeMessages } from '../../messages/store.ts';
import { openBox, type SecretBox } from '../secret-box.ts';
import { type Store, type StoreOptions, usualJobsKeptMs } from '../store.ts';
import { createAccountTable } from './accounts.ts';
import { createAddressTable } from './addresses.ts';
import { createApiKeyTable } from './api-keys.ts';
import { breakerFile, createBreakerMemory } from './breaker.ts';
import { createCallbackTable } from './callbacks.ts';
import { createClaimTable } from './claims.ts';
import { makeDirectory } from './data-directory.ts';
import { openDatabase } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { createDoubtTable } from './doubts.ts';
import { createGroupCommit } from './group-commit.ts';
import { createJobTable } from './jobs.ts';
import { createKeyTables } from './keys.ts';
import { createLoad } from './load.ts';
import { resealAll } from './reseal.ts';
import { createSweep } from './sweep.ts';
import { createTokenStore } from './tokens.ts';
import { unusable } from './unusable.ts';

/** Milliseconds that an old process may still run during a deploy: its drain takes less. */
const lockWaitMs = 15_000;

export interface SqliteOptions extends StoreOptions {
  /** Milliseconds to wait for another process that uses the directory. */
  waitMs?: number | undefined;
  /** Seals secrets; without it they stand there as they are. */
  box?: SecretBox | undefined;
}

/**
 * Opens the store of a data directory and locks the directory for this process. Throws StoreError when the directory
 * cannot be used, the file is damaged, or another process keeps the lock for longer than the wait; SettingError when a
 * secret cannot be opened.
 */
export async function openStore(directory: string, options: SqliteOptions = {}): Promise<Store> {
  const { waitMs = lockWaitMs, now = Date.now, jobsKeptMs = usualJobsKeptMs, box = openBox } = options;
  const { onError = () => {}, onFailedCommit } = options;
  makeDirectory(directory);
  const unlock = await lockDirectory(directory, join(directory, 'lock.db'), waitMs);
  try {
    const database = openSealed(join(directory, 'journal.db'), box);
    const group = createGroupCommit(database, onFailedCommit);
    const keysOf = createKeyTables(database, group, now);
    const claimsOf = createClaimTable(database, { group, now, onError });
    const doubtsOf = createDoubtTable(database, { group, now, onError });
    const jobs = createJobTable(database, group);
    const addressesOf = createAddressTable(database, group);
    const accounts = createAccountTable(database, group, box);
    return {
      of: (account, _epoch, address = null) => ({
        keys: keysOf(account),
        jobs: jobs.of(account),
        addresses: addressesOf(account),
        claims: claimsOf(account, address),
        doubts: doubtsOf(account, address),
        tokens: async (integration) => createTokenStore(database, group, integration, box),
        breaker: async ({ fileId, baseUrl, onError }) =>
          createBreakerMemory(breakerFile(directory, fileId), baseUrl, onError),
        settle: async () => group.flush(),
      }),
      accounts,
      apiKeys: createApiKeyTable(database, group),
      callbacks: createCallbackTable(database, group, box),
      jobLoad: jobs.load,
      openJobs: jobs.openJobs,
      expire: createSweep(database, group, { now, jobsKeptMs, clearRemoved: accounts.clearRemoved }),
      load: createLoad(database, directory, now),
      close() {
        group.flush();
        database.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    if (error instanceof SettingError) throw error;
    throw unusable(directory, storeMessages.badJournal, error);
  }
}

/** Opens the journal’s file, with its secrets sealed by the newest key. */
export function openSealed(file: string, box: SecretBox): DatabaseSync {
  const database = openDatabase(file);
  try {
    resealAll(database, box);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

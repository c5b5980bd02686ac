import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ClaimLog } from '../../amocrm/operation/claim-log.ts';
import type { DoubtLog } from '../../amocrm/operation/doubt-log.ts';
import type { TokenStore } from '../../amocrm/tokens/token-store.ts';
import type { AccountTable } from '../../config/account-table.ts';
import type { ApiKeyTable } from '../../config/api-key-table.ts';
import { SettingError } from '../../config/setting-error.ts';
import type { CallbackStore } from '../../jobs/callbacks/callback-store.ts';
import type { JobLoad, JobStore } from '../../jobs/job-store.ts';
import type { KeyStore } from '../../journal/key-store.ts';
import { openBox, type SecretBox } from '../secret-box.ts';
import { createAccountTable } from './accounts.ts';
import { createApiKeyTable } from './api-keys.ts';
import { createCallbackTable } from './callbacks.ts';
import { createClaimTable } from './claims.ts';
import { makeDirectory } from './data-directory.ts';
import { openDatabase } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { createDoubtTable } from './doubts.ts';
import { createGroupCommit } from './group-commit.ts';
import { createJobTable } from './jobs.ts';
import { createKeyTables } from './keys.ts';
import { createLoad, type StoreLoad } from './load.ts';
import { resealAll } from './reseal.ts';
import { unusable } from './store-error.ts';
import { createSweep } from './sweep.ts';
import { createTokenStore, type Integration } from './tokens.ts';

/** Milliseconds that an old process may still run during a deploy: its drain takes less. */
const lockWaitMs = 15_000;
const usualJobsKeptMs = 7 * 24 * 3_600_000;

export interface StoreOptions {
  /** Milliseconds to wait for another process that uses the directory. */
  waitMs?: number | undefined;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Milliseconds for which a job is kept after its end. */
  jobsKeptMs?: number;
  /** Called when a write that nobody waits for has failed. */
  onError?: (error: unknown) => void;
  onFailedCommit?: () => void;
  /** Seals secrets; without it they stand there as they are. */
  box?: SecretBox | undefined;
}

/** What one account has in the store. */
export interface AccountStore {
  keys: KeyStore;
  jobs: JobStore;
  claims: ClaimLog;
  doubts: DoubtLog;
}

/** The state that survives restarts, in one file of the data directory. */
export interface Store {
  of(account: string): AccountStore;
  accounts: AccountTable;
  apiKeys: ApiKeyTable;
  callbacks: CallbackStore;
  tokens(integration: Integration): TokenStore;
  /** The jobs of all accounts. */
  jobLoad(): Promise<JobLoad>;
  /** Deletes keys that have not changed for more than a day, and whatever else has had its time. */
  expire(): Promise<void>;
  load(): StoreLoad;
  /** Commits waiting changes and releases the directory. */
  close(): void;
}

/**
 * Opens the store of a data directory and locks the directory for this process. Throws StoreError when the directory
 * cannot be used, the file is damaged, or another process keeps the lock for longer than the wait; SettingError when a
 * secret cannot be opened.
 */
export async function openStore(directory: string, options: StoreOptions = {}): Promise<Store> {
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
    return {
      of: (account) => ({
        keys: keysOf(account),
        jobs: jobs.of(account),
        claims: claimsOf(account),
        doubts: doubtsOf(account),
      }),
      accounts: createAccountTable(database, group, box),
      apiKeys: createApiKeyTable(database, group),
      callbacks: createCallbackTable(database, group, box),
      tokens: (integration) => createTokenStore(database, group, integration, box),
      jobLoad: jobs.load,
      expire: createSweep(database, group, { now, jobsKeptMs }),
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
    throw unusable(directory, 'a journal.db that can be read and written', error);
  }
}

function openSealed(file: string, box: SecretBox): DatabaseSync {
  const database = openDatabase(file);
  try {
    resealAll(database, box);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

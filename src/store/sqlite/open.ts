import { join } from 'node:path';
import type { ClaimLog } from '../../amocrm/operation/claim-log.ts';
import type { DoubtLog } from '../../amocrm/operation/doubt-log.ts';
import type { TokenStore } from '../../amocrm/tokens/token-store.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { KeyStore } from '../../journal/key-store.ts';
import { createClaimLog } from './claims.ts';
import { makeDirectory } from './data-directory.ts';
import { openDatabase } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { createDoubtLog } from './doubts.ts';
import { createGroupCommit } from './group-commit.ts';
import { createJobStore } from './jobs.ts';
import { createKeyStore } from './keys.ts';
import { createLoad, type StoreLoad } from './load.ts';
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
}

/** The state that survives restarts, in one file of the data directory. */
export interface Store {
  /** Its `expire` deletes old jobs too. */
  keys: KeyStore;
  jobs: JobStore;
  claims: ClaimLog;
  doubts: DoubtLog;
  tokens(integration: Integration): TokenStore;
  load(): StoreLoad;
  /** Commits waiting changes and releases the directory. */
  close(): void;
}

/**
 * Opens the store of a data directory and locks the directory for this process. Throws StoreError when the directory
 * cannot be used, the file is damaged, or another process keeps the lock for longer than the wait.
 */
export async function openStore(directory: string, options: StoreOptions = {}): Promise<Store> {
  const { waitMs = lockWaitMs, now = Date.now, jobsKeptMs = usualJobsKeptMs } = options;
  const { onError = () => {}, onFailedCommit } = options;
  makeDirectory(directory);
  const unlock = await lockDirectory(directory, join(directory, 'lock.db'), waitMs);
  try {
    const database = openDatabase(join(directory, 'journal.db'));
    const group = createGroupCommit(database, onFailedCommit);
    return {
      keys: createKeyStore(database, group, { now, expire: createSweep(database, group, { now, jobsKeptMs }) }),
      jobs: createJobStore(database, group),
      claims: createClaimLog(database, { group, now, onError }),
      doubts: createDoubtLog(database, { group, now, onError }),
      tokens: (integration) => createTokenStore(database, group, integration),
      load: createLoad(database, directory, now),
      close() {
        group.flush();
        database.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw unusable(directory, 'a journal.db that can be read and written', error);
  }
}

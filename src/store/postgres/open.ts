import type { OpenJobs } from '../../jobs/job-store.ts';
import { againWhileAway } from '../again-while-away.ts';
import type { SecretBox } from '../secret-box.ts';
import { type Store, type StoreOptions, usualJobsKeptMs } from '../store.ts';
import { createAccountTable } from './accounts.ts';
import { createAddressBook } from './addresses.ts';
import { createApiKeyTable } from './api-keys.ts';
import { openBreakerMemory } from './breaker.ts';
import { createCallbackTable } from './callbacks.ts';
import { createClaimLog } from './claims.ts';
import { openPool } from './database.ts';
import { createDoubtLog } from './doubts.ts';
import { createJobStore, readJobLoad, readOpenJobs } from './jobs.ts';
import { createKeyStore } from './keys.ts';
import { createLoad, lastKnown } from './load.ts';
import { migrate } from './migrate.ts';
import { createReplicaTable } from './replicas.ts';
import { resealAll } from './reseal.ts';
import { createSweep } from './sweep.ts';
import { openTokenStore } from './tokens.ts';

/** Milliseconds that a start waits for the database: both may have been started at once. */
const startWaitMs = 15_000;

export interface PostgresOptions extends StoreOptions {
  /** The directory whose free space is told. */
  directory: string;
  box: SecretBox;
  /** Milliseconds to wait for a database that does not answer. */
  waitMs?: number | undefined;
}

/**
 * Opens the store in a database, which several replicas may share, and the table in which they find each other. Throws
 * StoreError when the database cannot be used or does not answer in time; SettingError when a secret cannot be opened.
 */
export async function openPostgres(url: string, options: PostgresOptions) {
  const { directory, box, waitMs = startWaitMs, now = Date.now, jobsKeptMs = usualJobsKeptMs } = options;
  const { onError = () => {}, onFailedCommit = () => {} } = options;
  await migrate(url, waitMs);
  const database = openPool(url, onError, options.onStatement);
  try {
    await againWhileAway(async () => {
      // After a time-out nothing else is asked until it answers.
      await database.knock('SELECT 1');
      await resealAll(database, box);
    }, waitMs);
  } catch (error) {
    await database.close();
    throw error;
  }
  const callbacks = createCallbackTable(database, box);
  const accounts = createAccountTable(database, box);
  const store: Store = {
    of(account, epoch, address = null) {
      const fence = [account, epoch ?? null] as const;
      const shared = { database, fence };
      const claims = createClaimLog({ ...shared, address, now, onError });
      const doubts = createDoubtLog({ ...shared, address, now, onError });
      return {
        keys: createKeyStore({ ...shared, now, onFailedCommit }),
        jobs: createJobStore(database, fence),
        addresses: createAddressBook(database, fence),
        claims,
        doubts,
        tokens: (integration) => openTokenStore({ ...shared, integration, box }),
        breaker: ({ baseUrl, onError }) => openBreakerMemory({ ...shared, baseUrl, onError }),
        settle: async () => void (await Promise.all([claims.settle(), doubts.settle()])),
      };
    },
    accounts,
    apiKeys: createApiKeyTable(database),
    callbacks: { ...callbacks, load: lastKnown({ failing: 0 }, callbacks.load) },
    jobLoad: lastKnown({ open: 0, failed: 0, oldestAt: undefined }, () => readJobLoad(database, null)),
    openJobs: lastKnown<OpenJobs[]>([], () => readOpenJobs(database)),
    expire: createSweep(database, { now, jobsKeptMs, clearRemoved: accounts.clearRemoved }),
    load: createLoad(database, directory, now),
    server: database,
    close: database.close,
  };
  return { store, replicas: createReplicaTable(database) };
}

import type { ClaimLog } from '../amocrm/operation/claim-log.ts';
import type { DoubtLog } from '../amocrm/operation/doubt-log.ts';
import type { BreakerMemory } from '../amocrm/pace/breaker.ts';
import type { TokenStore } from '../amocrm/tokens/token-store.ts';
import type { AccountTable } from '../config/account-table.ts';
import type { ApiKeyTable } from '../config/api-key-table.ts';
import type { AddressBook } from '../jobs/address-book.ts';
import type { CallbackStore } from '../jobs/callbacks/callback-store.ts';
import type { JobLoad, JobStore, OpenJobs } from '../jobs/job-store.ts';
import type { KeyStore } from '../journal/key-store.ts';
import type { DatabaseFault } from './database-fault.ts';

/** Identifies an integration in an account: tokens of another one must not be used. */
export interface Integration {
  /** The name under which its tokens are stored: the account's id, or for the account of the settings its address. */
  account: string;
  clientId: string;
}

export interface BreakerPlace {
  /** Names the account's files; undefined for the account of the settings. */
  fileId: string | undefined;
  /** The state of another address is ignored. */
  baseUrl: string;
  /** Called when the state cannot be read or kept; the breaker works on without it. */
  onError(error: unknown): void;
}

/** What one account has in the store. */
export interface AccountStore {
  keys: KeyStore;
  jobs: JobStore;
  addresses: AddressBook;
  claims: ClaimLog;
  doubts: DoubtLog;
  tokens(integration: Integration): Promise<TokenStore>;
  breaker(place: BreakerPlace): Promise<BreakerMemory>;
  /** Resolves when writes in the background have been made too, or have failed. */
  settle(): Promise<void>;
}

export interface StoreLoad {
  /** Bytes of all that is kept. */
  bytes: number;
  /** Bytes of that which are empty and known to be used before the store grows. */
  freeBytes: number;
  keys: number;
  /** The free share of the disk of DATA_DIR, 0 to 1. */
  diskFreeShare: number;
}

/** The server of a database that keeps it. */
export interface DatabaseServer {
  /** Its host and port. */
  place: string;
  /** Why it cannot be used now; undefined where it can. An answer takes seconds at most. */
  fault(): Promise<DatabaseFault | undefined>;
}

/** The state that survives restarts. */
export interface Store {
  /**
   * What the account has. Several processes can use one database: what its owner alone may change is changed only as
   * long as its ownership is of that epoch (see `Lease`). Claims and doubts that are added belong to that address.
   */
  of(account: string, epoch?: number, address?: string | null): AccountStore;
  accounts: AccountTable;
  apiKeys: ApiKeyTable;
  callbacks: CallbackStore;
  /** The jobs of all accounts. */
  jobLoad(): Promise<JobLoad>;
  /** Of each account that has open jobs. */
  openJobs(): Promise<OpenJobs[]>;
  /** Deletes keys that have not changed for more than a day, and whatever else has expired. */
  expire(): Promise<void>;
  load(): Promise<StoreLoad>;
  /** Undefined where a file keeps it. */
  server?: DatabaseServer;
  /** Saves waiting changes and closes files, locks and connections. */
  close(): void | Promise<void>;
}

/** What has become of a statement of a database. */
export interface StatementReport {
  ms: number;
  isAnswered: boolean;
}

export interface StoreOptions {
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Milliseconds for which a job is kept after its end. */
  jobsKeptMs?: number;
  /** Called when a write that nobody waits for has failed. */
  onError?: (error: unknown) => void;
  onFailedCommit?: () => void;
  /** Called at the end of each statement of a database. */
  onStatement?: (report: StatementReport) => void;
}

export const usualJobsKeptMs = 7 * 24 * 3_600_000;

import type { AccountRecord } from './account-settings.ts';

/** When a pair of tokens was issued and expires, wall-clock milliseconds. */
export interface TokenTimes {
  account: string;
  issuedAt: number;
  expiresAt: number;
}

export interface ChangeOptions {
  /**
   * Several processes can use one database: the change is made only as long as the ownership of the account is of that epoch
   * (see `Lease`), 0 where nobody has ever had it. Otherwise it rejects with Elsewhere.
   */
  epoch?: number;
}

export interface PutOptions extends ChangeOptions {
  /** Whether tokens and exchanged grants belong to another integration and go. */
  forgetsTokens?: boolean;
}

/**
 * The store of accounts. A promise rejects when the store cannot be read or did not save the change; a read sees every
 * change whose promise has resolved.
 */
export interface AccountTable {
  find(id: string): Promise<AccountRecord | undefined>;
  /** By their ids. */
  list(): Promise<AccountRecord[]>;
  ids(): Promise<string[]>;
  put(account: AccountRecord, options?: PutOptions): Promise<void>;
  /** Deletes the account and callers’ keys for it alone; false where there is none. What is left is nobody’s. */
  remove(id: string, options?: ChangeOptions): Promise<boolean>;
  /** Deletes what is left of an account that has been deleted; of many rows this takes minutes. */
  clear(id: string): Promise<void>;
  /** The same for all of whom something is left. */
  clearRemoved(): Promise<void>;
  /** Of all accounts that have tokens of OAuth. */
  tokenTimes(): Promise<TokenTimes[]>;
  /** Ids of accounts with jobs that are open. */
  withOpenJobs(): Promise<string[]>;
}

import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import packageJson from '../../package.json' with { type: 'json' };
import { createMembership, type Lease } from '../cluster/membership.ts';
import { SettingError } from '../config/setting-error.ts';
import { createSecretBox, type SecretBox } from '../store/secret-box.ts';
import { makeDirectory } from '../store/sqlite/data-directory.ts';
import { lockDirectory } from '../store/sqlite/directory-lock.ts';
import { openStore } from '../store/sqlite/open.ts';
import type { Store, StoreOptions } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';

export interface OpenStoreOptions extends StoreOptions {
  dataDir: string;
  databaseUrl: string | undefined;
  secretKeys: [Buffer, ...Buffer[]] | undefined;
  /** Milliseconds to wait for another process that uses the directory or the database. */
  waitMs: number | undefined;
  log: FastifyBaseLogger;
}

/** Whether and for how long this process may work for an account. */
export interface Ownership {
  take(account: string): Promise<Lease>;
  /** Makes a place for an account that is in no table of accounts. */
  declare(account: string): Promise<void>;
  /** Called when all accounts are lost, and when they can be taken again. */
  onLost: () => void;
  onBack: () => void;
}

export interface OpenedStore {
  store: Store;
  ownership: Ownership;
  /** After the accounts have been closed. */
  close(): Promise<void>;
}

/** Milliseconds that an old process may still run during a deploy: its drain takes less. */
const usualWaitMs = 15_000;

/** Opens the database of the settings, or the file of the data directory. Throws StoreError and SettingError. */
export async function openStoreOf({ databaseUrl, secretKeys, ...options }: OpenStoreOptions): Promise<OpenedStore> {
  const box = secretKeys && createSecretBox(secretKeys);
  if (databaseUrl === undefined) return openFile({ ...options, box });
  if (box === undefined) throw new SettingError('SECRET_KEY is missing: DATABASE_URL needs it');
  return openDatabase({ ...options, databaseUrl, box });
}

async function openFile({
  dataDir,
  ...options
}: Omit<OpenStoreOptions, 'databaseUrl' | 'secretKeys'> & { box: SecretBox | undefined }): Promise<OpenedStore> {
  const store = await openStore(dataDir, options);
  return { store, ownership: always, close: async () => store.close() };
}

/** Nobody else can open the directory. */
const always: Ownership = {
  take: async () => ({ epoch: 0, restMs: 0, refusal: () => undefined, release: async () => {} }),
  declare: async () => {},
  onLost() {},
  onBack() {},
};

async function openDatabase(
  options: Omit<OpenStoreOptions, 'secretKeys'> & { databaseUrl: string; box: SecretBox },
): Promise<OpenedStore> {
  const { databaseUrl, dataDir, waitMs = usualWaitMs, log } = options;
  // It holds the contact directory, a cache.
  makeDirectory(dataDir);
  const unlock = await lockDirectory(dataDir, join(dataDir, 'lock.db'), waitMs);
  try {
    const { openPostgres } = await import('../store/postgres/open.ts');
    const { store, replicas } = await openPostgres(databaseUrl, { ...options, directory: dataDir });
    const membership = createMembership({
      table: replicas,
      url: '',
      version: packageJson.version,
      onLost: () => ownership.onLost(),
      onBack: () => ownership.onBack(),
      onError: (err) => log.error({ err }, 'lease'),
    });
    const ownership: Ownership = { take: membership.take, declare: replicas.declare, onLost() {}, onBack() {} };
    const isStarted = await membership.start(waitMs).catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
    if (!isStarted) {
      await store.close();
      throw new StoreError(
        'DATABASE_URL: expected a database that no other process uses, and one is running with this',
      );
    }
    return {
      store,
      ownership,
      async close() {
        await membership.stop();
        await store.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

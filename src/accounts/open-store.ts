import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import packageJson from '../../package.json' with { type: 'json' };
import { Elsewhere } from '../cluster/elsewhere.ts';
import type { Membership, Timing } from '../cluster/membership.ts';
import type { Surveyed } from '../cluster/replica-table.ts';
import { SettingError } from '../config/setting-error.ts';
import { verbatim } from '../messages/message.ts';
import { expectedSettings, settingMessages } from '../messages/settings.ts';
import { againWhileAway } from '../store/again-while-away.ts';
import { createSecretBox, type SecretBox } from '../store/secret-box.ts';
import { makeDirectory } from '../store/sqlite/data-directory.ts';
import { lockDirectory } from '../store/sqlite/directory-lock.ts';
import { openStore } from '../store/sqlite/open.ts';
import type { Store, StoreOptions } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';

export interface OpenStoreOptions extends StoreOptions {
  dataDir: string;
  databaseUrl: string | undefined;
  /** Where other replicas reach this one. */
  replicaUrl: string;
  secretKeys: [Buffer, ...Buffer[]] | undefined;
  /** Milliseconds to wait for another process that uses the directory. */
  waitMs: number | undefined;
  leaseTiming?: Timing | undefined;
  log: FastifyBaseLogger;
}

/** Which accounts this process has. */
export interface Ownership extends Omit<Membership, 'start' | 'stop'> {
  /** Whether other processes have accounts too. */
  isShared: boolean;
  /** Makes a place for an account that is in no table of accounts. */
  declare(account: string): Promise<void>;
  /** Called when all accounts are lost, and when they can be taken again. */
  onLost: () => void;
  onBack: () => void;
  /** Called with the accounts that need a look, each second. */
  onSurvey: (accounts: readonly Surveyed[]) => void;
}

export interface OpenedStore {
  store: Store;
  ownership: Ownership;
  /** After the accounts have been closed. */
  close(): Promise<void>;
}

/** Milliseconds that an old process may still run during a deploy, whose drain takes less, and that a database may take to come up. */
export const usualWaitMs = 15_000;

/** Opens the database of the settings, or the file of the data directory. Throws StoreError and SettingError. */
export async function openStoreOf({ databaseUrl, secretKeys, ...options }: OpenStoreOptions): Promise<OpenedStore> {
  const box = secretKeys && createSecretBox(secretKeys);
  if (databaseUrl === undefined) return openFile({ ...options, box });
  if (box === undefined)
    throw new SettingError(settingMessages.missingFor('SECRET_KEY', 'DATABASE_URL', expectedSettings.SECRET_KEY));
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
  isShared: false,
  take: async () => ({ epoch: 0, version: 0, restMs: 0, refusal: () => undefined, release: async () => {} }),
  locate: async () => undefined,
  addressesOf: async () => new Map(),
  forget() {},
  follow: () => ({ lost: new AbortController().signal, end() {} }),
  drain: async () => {},
  isReady: () => true,
  isSelf: () => true,
  refusal: () => undefined,
  sighted: () => undefined,
  declare: async () => {},
  onLost() {},
  onBack() {},
  onSurvey() {},
};

async function openDatabase(
  options: Omit<OpenStoreOptions, 'secretKeys'> & { databaseUrl: string; box: SecretBox },
): Promise<OpenedStore> {
  const { databaseUrl, replicaUrl, dataDir, waitMs = usualWaitMs, leaseTiming, log } = options;
  // It holds the contact directory, a cache.
  makeDirectory(dataDir);
  const unlock = await lockDirectory(dataDir, join(dataDir, 'lock.db'), waitMs);
  try {
    const { openPostgres } = await import('../store/postgres/open.ts');
    const { createMembership } = await import('../cluster/membership.ts');
    const { store, replicas } = await openPostgres(databaseUrl, { ...options, directory: dataDir });
    const membership = createMembership({
      table: replicas,
      url: replicaUrl,
      version: packageJson.version,
      onLost: () => ownership.onLost(),
      onBack: () => ownership.onBack(),
      onSurvey: (accounts) => ownership.onSurvey(accounts),
      onError: (err) => log.error({ err }, 'lease'),
      timing: leaseTiming,
    });
    const ownership: Ownership = {
      ...membership,
      isShared: true,
      declare: replicas.declare,
      onLost() {},
      onBack() {},
      onSurvey() {},
    };
    await againWhileAway(() => membership.start(), waitMs).catch(async (error: unknown) => {
      await store.close();
      throw error instanceof Elsewhere ? startFault(error) : error;
    });
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

/** Why no lease could begin. */
function startFault(error: Elsewhere): StoreError {
  return error.cause instanceof StoreError ? error.cause : new StoreError(verbatim(`DATABASE_URL: ${error.message}`));
}

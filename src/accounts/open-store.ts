import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import packageJson from '../../package.json' with { type: 'json' };
import { Elsewhere } from '../cluster/elsewhere.ts';
import type { Timing } from '../cluster/membership.ts';
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
import { type Ownership, ownAlone } from './ownership.ts';

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

export interface OpenedStore {
  store: Store;
  ownership: Ownership;
  /** After the accounts have been closed. */
  close(): Promise<void>;
}

/**
 * Milliseconds that an old process may still run during a deploy, whose drain takes less, and that a database may take
 * to come up.
 */
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
  return { ...ownAlone(store), close: async () => store.close() };
}

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

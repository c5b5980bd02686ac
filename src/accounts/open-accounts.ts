import type { FastifyInstance } from 'fastify';
import { loadFieldMap } from '../amocrm/fields/field-map.ts';
import { settingsAccount } from '../config/account-settings.ts';
import type { SettingsAccount } from '../config/config.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import { Problem } from '../problems/problem.ts';
import { inspectDirectory } from '../store/sqlite/inspect-directory.ts';
import { gaugeDirectory } from '../telemetry/count-directory.ts';
import { gaugeAccounts } from '../telemetry/gauge-accounts.ts';
import { gaugeLimiter } from '../telemetry/gauge-limiter.ts';
import { endOverdueOf } from './end-overdue-of.ts';
import { followToken } from './follow-secrets.ts';
import { keepOpen } from './keep-open.ts';
import { manageAccounts } from './manage-accounts.ts';
import { openAccount } from './open-account.ts';
import { openListed } from './open-listed.ts';
import { type AccountsOptions, openShared, type Shared } from './open-shared.ts';
import { createRegistry, type RegistryOptions } from './registry.ts';
import { wakeIdle } from './wake-idle.ts';

/** Opens the accounts of the process, with metrics for all of them; closed with the app. */
export async function openAccounts(app: FastifyInstance, options: AccountsOptions) {
  const { registry: metrics, restMs, clock, config } = options;
  const openTheOne = config.account && prepareTheOne(app, config.account, options);
  const shared = await openShared(app, options);
  const { store } = shared;
  const onError = (err: unknown) => app.log.error({ err }, 'accounts');
  const open: RegistryOptions['open'] = (id, ms) => (openTheOne ?? openListed)(shared, id, ms);
  const registry = createRegistry({ clock, restMs, onError, open });
  const theOne = keepOpen({ registry, clock, onError });
  const idle =
    openTheOne === undefined
      ? wakeIdle(app, { registry, store, clock, endOverdue: (id) => endOverdueOf(shared, id), onError })
      : undefined;
  shared.ownership.onLost = () => {
    theOne.letGo();
    registry.lose(new Problem('OVERLOADED', ownershipMessages.elsewhere));
  };
  shared.ownership.onBack = idle?.wakeAll ?? theOne.holdAgain;
  const loads = () => registry.opened().map(({ id, amo }) => ({ id, load: amo.gate.load() }));
  gaugeDirectory(metrics, () => registry.opened().map(({ amo }) => amo.contactDirectory.status()), clock);
  gaugeLimiter(metrics, () => loads().map(({ load }) => load));
  gaugeAccounts(metrics, () => (config.account === undefined ? loads() : []));
  app.addHook('onReady', async () => {
    registry.start();
    shared.callbacks.start();
  });
  app.addHook('preClose', async () => {
    idle?.stop();
    registry.stop();
    theOne.letGo();
  });
  app.addHook('onClose', async () => {
    await registry.close();
    await shared.close();
  });
  try {
    if (openTheOne !== undefined) {
      await shared.ownership.declare(settingsAccount);
      // A start that cannot succeed is refused.
      await theOne.hold();
    }
  } catch (error) {
    // A refused start must release the data directory.
    await shared.close();
    throw error;
  }
  return {
    only: openTheOne === undefined ? undefined : settingsAccount,
    use: registry.use,
    giveUp: registry.giveUp,
    laterRoutes: shared.laterRoutes,
    apiKeys: store.apiKeys,
    callbacks: { store: store.callbacks, wake: shared.callbacks.wake },
    /** The data directory as it is now. */
    inspect: async () => inspectDirectory(config.dataDir, (await store.load()).bytes),
    admin: manageAccounts(shared, registry, (id) => void idle?.wake(id)),
  };
}

/** What opens the account of the settings, and no other. Throws FieldMapError. */
function prepareTheOne(
  app: FastifyInstance,
  { baseUrl, access, fieldsFile }: SettingsAccount,
  { config, clock }: Pick<AccountsOptions, 'config' | 'clock'>,
) {
  const fieldMap = loadFieldMap(fieldsFile);
  const longLivedToken = followToken(app, config, clock);
  return async (shared: Shared, id: string, restMs: number) => {
    if (id !== settingsAccount) return undefined;
    return openAccount(shared, {
      id,
      fileId: undefined,
      baseUrl,
      access,
      tokensOf: baseUrl,
      longLivedToken,
      fieldMap,
      rateLimit: config.amo.rateLimit,
      batchSize: config.amo.batchSize,
      restMs,
      log: app.log,
    });
  };
}

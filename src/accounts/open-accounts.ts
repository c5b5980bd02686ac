import type { FastifyInstance } from 'fastify';
import { loadFieldMap } from '../amocrm/fields/field-map.ts';
import { Elsewhere } from '../cluster/elsewhere.ts';
import { settingsAccount } from '../config/account-settings.ts';
import type { SettingsAccount } from '../config/config.ts';
import type { DatabaseFacts } from '../doctor/database.ts';
import type { Asked } from '../http/asked.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { againWhileAway } from '../store/again-while-away.ts';
import { inspectDirectory } from '../store/sqlite/inspect-directory.ts';
import { gaugeDirectory } from '../telemetry/count-directory.ts';
import { gaugeAccounts } from '../telemetry/gauge-accounts.ts';
import { gaugeLimiter } from '../telemetry/gauge-limiter.ts';
import { watchReplicas } from '../telemetry/watch-replicas.ts';
import { endOverdueOf } from './end-overdue-of.ts';
import { removeStrayFiles } from './files-of-account.ts';
import { followToken } from './follow-secrets.ts';
import { keepOpen } from './keep-open.ts';
import { manageAccounts } from './manage-accounts.ts';
import { mindSurvey } from './mind-survey.ts';
import { type AccountSettings, openAccount } from './open-account.ts';
import { type AccountsOptions, openShared, type Shared } from './open-shared.ts';
import { usualWaitMs } from './open-store.ts';
import { readListed } from './read-listed.ts';
import { createRegistry, type RegistryOptions } from './registry.ts';
import { useAsAsked } from './use-as-asked.ts';
import { wakeIdle } from './wake-idle.ts';

/** Opens the accounts of the process, with metrics for all of them; closed with the app. */
export async function openAccounts(app: FastifyInstance, options: AccountsOptions) {
  const { registry: metrics, restMs, clock, config } = options;
  const onlySettingsOf = config.account && prepareOnly(app, config.account, options);
  const shared = await openShared(app, options);
  const { store } = shared;
  const onError = (err: unknown) => app.log.error({ err }, 'accounts');
  const { ownership } = shared;
  const settingsOf = onlySettingsOf ?? ((id: string) => readListed(shared, id));
  const registry = createRegistry({
    clock,
    restMs,
    onError,
    open: opener(shared, settingsOf),
    refusal: () =>
      ownership.isShared
        ? new Elsewhere(ownershipMessages.elsewhere)
        : new Problem('SHUTTING_DOWN', serviceMessages.goingDown),
  });
  const onlyAccount = keepOpen(registry);
  const idle =
    onlySettingsOf === undefined
      ? wakeIdle(app, { registry, store, clock, endOverdue: (id) => endOverdueOf(shared, id), onError })
      : undefined;
  const { onLeaseLost, onPass } = watchReplicas(metrics, ownership);
  ownership.onLost = () => {
    onLeaseLost();
    onlyAccount.letGo();
    registry.lose();
  };
  ownership.onBack = () => idle?.wakeAll();
  ownership.onSurvey = mindSurvey({
    registry,
    wake: idle === undefined ? onlyAccount.hold : idle.wakeUnlessFailed,
    lose(id) {
      onlyAccount.letGo();
      registry.lose(id);
    },
    onError,
  });
  const loads = () => registry.opened().map(({ id, amo }) => ({ id, load: amo.gate.load() }));
  gaugeDirectory(metrics, () => registry.opened().map(({ amo }) => amo.contactDirectory.status()), clock);
  gaugeLimiter(metrics, () => loads().map(({ load }) => load));
  gaugeAccounts(metrics, {
    opened: loads,
    isNamed: config.account === undefined,
    openJobs: store.openJobs,
    clock,
  });
  app.addHook('onReady', async () => {
    registry.start();
    shared.callbacks.start();
  });
  app.addHook('preClose', async () => {
    idle?.stop();
    registry.stop();
    onlyAccount.letGo();
    if (!ownership.isShared) return;
    await ownership.drain();
    registry.release();
  });
  app.addHook('onClose', async () => {
    await registry.close();
    await shared.close();
  });
  try {
    const patiently = <T>(work: () => Promise<T>) => againWhileAway(work, options.lockWaitMs ?? usualWaitMs);
    if (onlySettingsOf !== undefined) {
      await patiently(() => ownership.declare(settingsAccount));
      // A start that cannot succeed is refused.
      await patiently(onlyAccount.hold);
    } else removeStrayFiles(config.dataDir, await patiently(store.accounts.ids));
  } catch (error) {
    // A refused start must release the data directory.
    await shared.close();
    throw error;
  }
  return {
    only: onlySettingsOf === undefined ? undefined : settingsAccount,
    use: (id: string, asked: Asked) => useAsAsked(registry.use, id, asked),
    ownership,
    onPass,
    giveUp: registry.giveUp,
    laterRoutes: shared.laterRoutes,
    apiKeys: store.apiKeys,
    callbacks: { store: store.callbacks, wake: shared.callbacks.wake },
    /** The database as it is now; undefined where a file keeps what there is. */
    async askDatabase(): Promise<DatabaseFacts | undefined> {
      const { server } = store;
      return server && { place: server.place, fault: (await server.fault())?.kind };
    },
    /** The data directory as it is now. */
    inspect: async () => inspectDirectory(config.dataDir, (await store.load()).bytes),
    admin: manageAccounts(shared, registry, (id) => void idle?.wake(id)),
  };
}

/** What opens the account of the settings, and no other. Throws FieldMapError. */
function prepareOnly(
  app: FastifyInstance,
  { baseUrl, access, fieldsFile }: SettingsAccount,
  { config, clock }: Pick<AccountsOptions, 'config' | 'clock'>,
) {
  const fieldMap = loadFieldMap(fieldsFile);
  const longLivedToken = followToken(app, config, clock);
  return async (id: string): Promise<AccountSettings | undefined> => {
    if (id !== settingsAccount) return undefined;
    return {
      id,
      fileId: undefined,
      baseUrl,
      access,
      tokensOf: baseUrl,
      longLivedToken,
      fieldMap,
      rateLimit: config.amo.rateLimit,
      batchSize: config.amo.batchSize,
      log: app.log,
    };
  };
}

/** What opens accounts that this process has or may have. Throws Elsewhere. */
function opener(
  shared: Shared,
  settingsOf: (id: string) => Promise<AccountSettings | undefined>,
): RegistryOptions['open'] {
  const { ownership } = shared;
  return async (id, restMs) => {
    // The owner may be known without the database; where it is not, the next query tells why.
    const owner = await ownership.locate(id).catch(() => undefined);
    if (owner !== undefined) throw new Elsewhere(ownershipMessages.elsewhere);
    if ((await settingsOf(id)) === undefined) return undefined;
    const lease = await ownership.take(id);
    try {
      // As they are now that it is taken: the survey tells of later changes.
      const settings = await settingsOf(id);
      if (settings !== undefined) return await openAccount(shared, settings, { lease, restMs });
    } catch (error) {
      await lease.release();
      throw error;
    }
    await lease.release();
    return undefined;
  };
}

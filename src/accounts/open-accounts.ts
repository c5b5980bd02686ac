import type { FastifyInstance } from 'fastify';
import { type FieldMap, loadFieldMap } from '../amocrm/fields/field-map.ts';
import { settingsAccount } from '../config/account-settings.ts';
import { gaugeDirectory } from '../telemetry/count-directory.ts';
import { gaugeLimiter } from '../telemetry/gauge-limiter.ts';
import { followToken } from './follow-secrets.ts';
import { type OpenAccount, openAccount } from './open-account.ts';
import { type AccountsOptions, openShared, type Shared } from './open-shared.ts';
import { createRegistry } from './registry.ts';

/** Opens the accounts of the process, with metrics for all of them; closed with the app. */
export async function openAccounts(app: FastifyInstance, options: AccountsOptions) {
  const { registry: metrics, restMs, clock, config } = options;
  const fieldMap = loadFieldMap(config.amo.fieldsFile);
  const shared = await openShared(app, options);
  const onError = (err: unknown) => app.log.error({ err }, 'accounts');
  const registry = createRegistry({ clock, restMs, onError, open: openTheOne(app, shared, fieldMap) });
  gaugeDirectory(metrics, () => registry.opened().map(({ amo }) => amo.contactDirectory.status()), clock);
  gaugeLimiter(metrics, () => registry.opened().map(({ amo }) => amo.gate.load()));
  app.addHook('onReady', async () => registry.start());
  app.addHook('preClose', async () => registry.stop());
  app.addHook('onClose', async () => {
    await registry.close();
    shared.close();
  });
  try {
    // It is always in use, and a start that cannot succeed is refused.
    const use = await registry.use(settingsAccount);
    if (use === undefined) throw new Error('The settings name no account');
    return { ...registry, account: use.account, laterRoutes: shared.laterRoutes };
  } catch (error) {
    // A refused start must release the data directory.
    shared.close();
    throw error;
  }
}

/** What opens the account of the settings, and no other. */
function openTheOne(app: FastifyInstance, shared: Shared, fieldMap: FieldMap) {
  const { config, clock } = shared;
  return async (id: string, restMs: number): Promise<OpenAccount | undefined> => {
    if (id !== settingsAccount) return undefined;
    return openAccount(shared, {
      ...config.amo,
      id,
      fileId: undefined,
      tokensOf: config.amo.baseUrl,
      longLivedToken: followToken(app, config, clock),
      fieldMap,
      restMs,
      log: app.log,
    });
  };
}

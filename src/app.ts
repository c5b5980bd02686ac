import helmet from '@fastify/helmet';
import { Registry } from '@prometheus-io/client';
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify';
import { followKeys } from './accounts/follow-secrets.ts';
import { openAccounts } from './accounts/open-accounts.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Timing } from './cluster/membership.ts';
import type { Config } from './config/config.ts';
import { accounts as accountPlugin } from './http/account.ts';
import { auth } from './http/auth.ts';
import { bodyBudget } from './http/body-budget.ts';
import { brokenHttp } from './http/broken-http.ts';
import { createCallers } from './http/callers.ts';
import { connections } from './http/connections.ts';
import { checkDryRun, dryRuns } from './http/dry-run.ts';
import { flatAnswers } from './http/flat/flat-answers.ts';
import { formBody } from './http/flat/form-body.ts';
import { hosts } from './http/hosts.ts';
import { idempotency } from './http/idempotency.ts';
import { jsonBody, maxBodyBytes } from './http/json-body.ts';
import { createKeyRing } from './http/key-ring.ts';
import { largeBodies } from './http/large-bodies.ts';
import type { Mark } from './http/oauth/pending-consents.ts';
import { operations } from './http/operations.ts';
import { origins } from './http/origins.ts';
import { problems } from './http/problem-replies.ts';
import { query } from './http/query.ts';
import { requestEnds } from './http/request-ends.ts';
import { requestLog } from './http/request-log.ts';
import { respondLater } from './http/respond-later.ts';
import { forbidStoring, securityHeaders } from './http/security-headers.ts';
import { createServer } from './http/server.ts';
import { createShutdown, drainOnClose, leaveSeconds, waitForHandlers } from './http/shutdown.ts';
import { validation } from './http/validation.ts';
import { watchdog } from './http/watchdog.ts';
import { accountRoutes } from './routes/accounts.ts';
import { callbackRoutes } from './routes/callbacks.ts';
import { docs } from './routes/docs.ts';
import { doctor } from './routes/doctor.ts';
import { health } from './routes/health.ts';
import { jobRoutes } from './routes/jobs.ts';
import { keyRoutes } from './routes/keys.ts';
import { mcp } from './routes/mcp.ts';
import { metrics } from './routes/metrics.ts';
import { oauthRoutes } from './routes/oauth.ts';
import { scenarios } from './routes/scenarios.ts';
import { stepRoutes } from './routes/steps.ts';
import { countKeys } from './telemetry/count-keys.ts';
import { countRequests } from './telemetry/count-requests.ts';
import { gaugeBuild } from './telemetry/process-metrics.ts';

export interface AppOptions {
  config: Config;
  logger?: FastifyServerOptions['logger'];
  /** Clock and random numbers of the gate; tests shorten its waits. */
  clock?: Clock;
  /** Milliseconds to wait for another process that uses DATA_DIR. */
  lockWaitMs?: number;
  /** Milliseconds before the first call to amoCRM: the calls of a process before this one still count. */
  restMs?: number;
  /** How long a lease on accounts lasts; with DATABASE_URL. */
  leaseTiming?: Timing;
  /** What `/metrics` shows; the app adds its own metrics to it. */
  registry?: Registry;
}

/**
 * The whole service, ready to listen or to be injected into. Throws FieldMapError, StoreError and SettingError. Asks
 * nothing of amoCRM yet.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, logger = false, clock = systemClock, lockWaitMs, restMs = 0, registry = new Registry() } = options;
  const { leaseTiming } = options;
  gaugeBuild(registry);
  const requests = countRequests(registry);
  const { databaseUrl, secretKeys } = config;
  const between =
    databaseUrl && secretKeys ? (await import('./http/between-replicas.ts')).openBetween(secretKeys) : undefined;
  const entrance = between?.entrance;
  const isPassed = (request: FastifyRequest) => entrance?.isPassed(request) === true;
  const app = createServer({ config, logger, requests, rewriteUrl: entrance?.rewriteUrl });
  const shutdown = createShutdown();
  let isClosing = false;
  // The first of these hooks: from here on Fastify refuses requests of the app's own.
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  const accounts = await openAccounts(app, { config, clock, registry, lockWaitMs, leaseTiming, restMs, shutdown });
  const isManaged = accounts.only === undefined;
  // Answers are serialized as they are: a serializer made from the schema would turn amoCRM's nulls into "" or 0.
  app.setSerializerCompiler(() => JSON.stringify);

  await app.register(dryRuns);
  await app.register(connections);
  app.decorateRequest('watched');
  app.addHook('onRequest', async (request) => requests.begin(request));
  await app.register(requestEnds);
  app.onRequestEnd(requests.end);
  await app.register(operations, { clock, isPassed });
  // Before all that refuses a request, which needs the headers too; an undecodable address is refused before any hook.
  await app.register(helmet, { ...securityHeaders, global: false });
  // Set when the answer is sent: a dozen headers would cost a kibibyte for each waiting request.
  app.addHook('onSend', async (_request, reply) => void reply.helmet?.());
  await app.register(requestLog, { isManaged });
  await app.register(watchdog);
  drainOnClose(app, shutdown, { clock, giveUp: accounts.giveUp, passesOn: entrance !== undefined });

  app.addHook('onRequest', forbidStoring);
  await app.register(problems);
  await app.register(brokenHttp);
  await app.register(hosts, { ...config, isPassed });
  await app.register(origins, config);
  const { ownership } = accounts;
  const vouchedFor = entrance && ((request: FastifyRequest) => entrance.vouchedFor(request, ownership));
  const keys = createKeyRing(config.apiKeys, config.adminKeys);
  followKeys(app, keys, config, clock);
  const callers = createCallers(keys, {
    table: isManaged ? accounts.apiKeys : undefined,
    clock,
    deletionsSeen: ownership.deletionsSeen,
  });
  await app.register(auth, { callers, isManaged, deletionsSeen: ownership.deletionsSeen, vouchedFor });
  await app.register(query);
  app.addHook('onRequest', checkDryRun);
  await app.register(accountPlugin, { ...accounts, isPassed, forget: ownership.forget });
  await app.register(flatAnswers, { isPassed });
  await app.register(bodyBudget, { maxBytes: config.maxBodyBytes, largestBody: maxBodyBytes });
  await app.register(validation);
  await app.register(largeBodies);
  await app.register(jsonBody);
  await app.register(formBody);
  await app.register(docs);
  const onAdmission = countKeys(registry);
  await app.register(idempotency, { onAdmission });
  await app.register(respondLater, { routes: accounts.laterRoutes, onAdmission });
  if (between) {
    const { passOn, signature, entrance } = between;
    const { stepDeadlineMs: deadlineMs } = config;
    await app.register(passOn, {
      accounts,
      ownership,
      signature,
      entrance,
      deadlineMs,
      clock,
      leaveMs: leaveSeconds * clock.second,
      shutdown: shutdown.signal,
      onPass: accounts.onPass,
    });
  }
  // Registered after idempotency, which wraps the handlers: the shutdown also waits for what that writes to disk at
  // their end.
  app.addHook('onRoute', waitForHandlers(shutdown));
  await registerRoutes(app, {
    config,
    clock,
    accounts,
    callers,
    registry,
    isManaged,
    isClosing: () => isClosing,
    shutdown: shutdown.signal,
    mark: between?.signature.mark,
  });
  return app;
}

interface RouteParts {
  config: Config;
  clock: Clock;
  accounts: Awaited<ReturnType<typeof openAccounts>>;
  callers: ReturnType<typeof createCallers>;
  registry: Registry;
  isManaged: boolean;
  isClosing(): boolean;
  /** Aborted when the service has to end. */
  shutdown: AbortSignal;
  mark: Mark | undefined;
}

async function registerRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  const { config, clock, accounts, callers, registry, isManaged, isClosing, shutdown, mark } = parts;
  const { ownership } = accounts;
  await app.register(stepRoutes, { deadlineMs: config.stepDeadlineMs, shutdown, clock });
  await app.register(scenarios, { deadlineMs: config.scenarioDeadlineMs, shutdown, clock });
  await app.register(jobRoutes, { clock });
  await app.register(mcp, {
    types: config.mcpSteps,
    clock,
    isClosing,
    shutdown,
  });
  await app.register(health, {
    accounts,
    isReady: ownership.isReady,
    refusal: ownership.refusal,
    check: accounts.admin.check,
    cacheSeconds: config.healthCacheSeconds,
    timeoutMs: config.amo.timeoutMs,
    shutdown,
    clock,
  });
  await app.register(doctor, {
    accounts,
    ids: async () => (await accounts.admin.list()).map(({ record }) => record.id),
    askDatabase: accounts.askDatabase,
    inspect: accounts.inspect,
    strays: config.strays,
    deadlineMs: config.amo.timeoutMs * 3,
    shutdown,
    clock,
  });
  await app.register(accountRoutes, {
    admin: accounts.admin,
    forgetKeys: callers.forget,
    hosts: config.amoHosts,
    defaults: config.amo,
  });
  await app.register(keyRoutes, { table: accounts.apiKeys, admin: accounts.admin, clock });
  await app.register(callbackRoutes, {
    ...accounts.callbacks,
    callers: callers.names,
    hosts: config.callbackHosts,
    clock,
  });
  await app.register(oauthRoutes, {
    accounts,
    callers,
    isManaged,
    clock,
    mark,
  });
  await app.register(metrics, { registry });
}

import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import { createAmoService } from './amocrm/amo.ts';
import { createBreakerMemory } from './amocrm/breaker-memory.ts';
import { type Clock, systemClock } from './amocrm/clock.ts';
import { loadFieldMap } from './amocrm/fields/field-map.ts';
import { nobody } from './amocrm/observer.ts';
import type { Config } from './config.ts';
import { openJournal } from './journal/journal.ts';
import { auth } from './plugins/auth.ts';
import { answerBrokenHttp } from './plugins/broken-http.ts';
import { docs } from './plugins/docs.ts';
import { health } from './plugins/health.ts';
import { idempotency } from './plugins/idempotency.ts';
import { jsonBody, maxBodyBytes } from './plugins/json-body.ts';
import { problems, sendProblem } from './plugins/problems.ts';
import { requestId, requestLog } from './plugins/request-log.ts';
import { scenarios } from './plugins/scenarios.ts';
import { securityHeaders } from './plugins/security-headers.ts';
import { drainOnClose } from './plugins/shutdown.ts';
import { stepRoutes } from './plugins/steps.ts';
import { validation } from './plugins/validation.ts';

export interface AppOptions {
  config: Config;
  logger?: FastifyServerOptions['logger'];
  /** Time and chance of the gate; tests shorten its waits. */
  clock?: Clock;
  /** Milliseconds to wait for another process that uses DATA_DIR. */
  lockWaitMs?: number;
}

/** The whole service, ready to listen or to be injected into. Throws FieldMapError and JournalError. Asks nothing of amoCRM yet. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, logger = false, clock = systemClock, lockWaitMs } = options;
  const fieldMap = loadFieldMap(config.amo.fieldsFile);
  const app = Fastify({
    logger,
    bodyLimit: maxBodyBytes,
    // Node looks for slow requests only every 30 s unless told otherwise.
    requestTimeout: 15_000,
    http: { connectionsCheckingInterval: 1_000 },
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    // Once closing has been drained; a connection that says nothing must not hold up the end.
    forceCloseConnections: true,
    clientErrorHandler: answerBrokenHttp,
    frameworkErrors: sendProblem,
  });
  const journal = await openJournal(config.dataDir, {
    onError: (err) => app.log.error({ err }, 'journal'),
    ...(lockWaitMs === undefined ? {} : { waitMs: lockWaitMs }),
  });
  app.addHook('onClose', async () => journal.close());
  const amo = createAmoService({
    ...config.amo,
    past: journal.past(),
    accessToken: async () => config.amo.accessToken,
    fieldMap,
    clock,
    memory: createBreakerMemory(config.dataDir, config.amo.baseUrl, (err) => app.log.warn({ err }, 'breaker state')),
    observer: {
      ...nobody,
      onCall: (report) => app.log.info(report, 'amocrm'),
      onBreaker: (state, reason) => app.log.warn({ state, reason }, 'breaker'),
    },
  });
  // Answers are sent as they are: a serializer made from the schema would turn amoCRM's nulls into "" or 0.
  app.setSerializerCompiler(() => JSON.stringify);

  await app.register(requestLog);
  const shutdown = drainOnClose(app);

  await app.register(helmet, securityHeaders);
  await app.register(problems);
  await app.register(auth, { apiKeys: config.apiKeys });
  await app.register(validation);
  await app.register(jsonBody);
  await app.register(docs);
  await app.register(idempotency, { journal });
  await app.register(stepRoutes, { amo, deadlineMs: config.stepDeadlineMs, shutdown });
  await app.register(scenarios, { amo, deadlineMs: config.scenarioDeadlineMs, shutdown });
  await app.register(health, {
    gate: amo.gate,
    cacheSeconds: config.healthCacheSeconds,
    timeoutMs: config.amo.timeoutMs,
    shutdown,
  });
  return app;
}

import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { createAmoService } from './amocrm/amo.ts';
import { createBreakerMemory } from './amocrm/breaker-memory.ts';
import { type Clock, systemClock } from './amocrm/clock.ts';
import { loadFieldMap } from './amocrm/fields/field-map.ts';
import type { Config } from './config.ts';
import { auth } from './plugins/auth.ts';
import { answerBrokenHttp } from './plugins/broken-http.ts';
import { docs } from './plugins/docs.ts';
import { health } from './plugins/health.ts';
import { jsonBody, maxBodyBytes } from './plugins/json-body.ts';
import { problems, sendProblem } from './plugins/problems.ts';
import { scenarios } from './plugins/scenarios.ts';
import { drainOnClose } from './plugins/shutdown.ts';
import { stepRoutes } from './plugins/steps.ts';
import { validation } from './plugins/validation.ts';

export interface AppOptions {
  config: Config;
  logger?: FastifyServerOptions['logger'];
  /** Time and chance of the gate; tests shorten its waits. */
  clock?: Clock;
}

/** The whole service, ready to listen or to be injected into. Throws FieldMapError. Asks nothing of amoCRM yet. */
export async function buildApp({ config, logger = false, clock = systemClock }: AppOptions): Promise<FastifyInstance> {
  const fieldMap = loadFieldMap(config.amo.fieldsFile);
  const app = Fastify({
    logger,
    bodyLimit: maxBodyBytes,
    // Node looks for slow requests only every 30 s unless told otherwise.
    requestTimeout: 15_000,
    http: { connectionsCheckingInterval: 1_000 },
    return503OnClosing: false,
    // Once closing has been drained; a connection that says nothing must not hold up the end.
    forceCloseConnections: true,
    clientErrorHandler: answerBrokenHttp,
    frameworkErrors: sendProblem,
  });
  const amo = createAmoService({
    ...config.amo,
    accessToken: async () => config.amo.accessToken,
    fieldMap,
    clock,
    memory: createBreakerMemory(config.dataDir, config.amo.baseUrl, (err) => app.log.warn({ err }, 'breaker state')),
    onBreaker: (state, reason) => app.log.warn({ state, reason }, 'breaker'),
  });
  // Answers are sent as they are: a serializer made from the schema would turn amoCRM's nulls into "" or 0.
  app.setSerializerCompiler(() => JSON.stringify);

  const shutdown = drainOnClose(app);

  await app.register(problems);
  await app.register(auth, { apiKeys: config.apiKeys });
  await app.register(validation);
  await app.register(jsonBody);
  await app.register(docs);
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

import type { Registry } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import { authorizeBy } from './access.ts';
import { type AmoService, createAmoService } from './amocrm/amo.ts';
import { createBreakerMemory } from './amocrm/breaker-memory.ts';
import type { Clock } from './amocrm/clock.ts';
import { loadFieldMap } from './amocrm/fields/field-map.ts';
import type { TokenReport } from './amocrm/tokens/token-source.ts';
import { logged, logTokens } from './amocrm-log.ts';
import type { Config } from './config.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import { countAmocrm } from './metrics/amocrm.ts';
import { gaugeLimiter } from './metrics/limiter.ts';
import { countTokens } from './metrics/tokens.ts';

export interface ServiceLayerOptions {
  config: Config;
  clock: Clock;
  registry: Registry;
  /** Milliseconds to wait for another process that uses DATA_DIR. */
  lockWaitMs: number | undefined;
}

/** The service layer with the journal that it keeps, both watched, and closed with the app. */
export async function openServiceLayer(
  app: FastifyInstance,
  { config, clock, registry, lockWaitMs }: ServiceLayerOptions,
): Promise<{ amo: AmoService; journal: Journal }> {
  const { log } = app;
  const { access, baseUrl, fieldsFile } = config.amo;
  const fieldMap = loadFieldMap(fieldsFile);
  const journal = await openJournal(config.dataDir, {
    onError: (err) => log.error({ err }, 'journal'),
    ...(lockWaitMs === undefined ? {} : { waitMs: lockWaitMs }),
  });
  const tokensOf = (clientId: string) => journal.tokens({ account: baseUrl, clientId });
  const countToken = countTokens(registry, clock);
  const onToken = (report: TokenReport) => {
    logTokens(log, report);
    countToken(report);
  };
  const amo = createAmoService({
    ...config.amo,
    past: journal.past(),
    authorize: orClose(journal, () => authorizeBy(access, tokensOf, { clock, onToken })),
    fieldMap,
    clock,
    memory: createBreakerMemory(config.dataDir, baseUrl, (err) => log.warn({ err }, 'breaker state')),
    observer: logged(countAmocrm(registry), log),
  });
  gaugeLimiter(registry, amo.gate.load);
  app.addHook('onReady', async () => amo.gate.start());
  app.addHook('preClose', async () => void amo.gate.stop());
  app.addHook('onClose', async () => {
    // Tokens that are on their way have to reach the journal.
    await amo.gate.stop();
    journal.close();
  });
  return { amo, journal };
}

/** A start that is refused must not hold the data directory. */
function orClose<T>(journal: Journal, prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    journal.close();
    throw error;
  }
}

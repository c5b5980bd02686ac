import type { Registry } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import type { AmoService } from '../amocrm/amo.ts';
import { loadFieldMap } from '../amocrm/fields/field-map.ts';
import { createAmoService } from '../amocrm/service.ts';
import type { TokenReport } from '../amocrm/wire/token-source.ts';
import type { Clock } from '../clock.ts';
import { authorizeBy } from '../config/access.ts';
import type { Config } from '../config/config.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { createJournal, type Journal } from '../journal/journal.ts';
import { createBreakerMemory } from '../store/sqlite/breaker.ts';
import { openStore, type Store } from '../store/sqlite/open.ts';
import { countAmocrm } from '../telemetry/count-amocrm.ts';
import { gaugeDirectory } from '../telemetry/count-directory.ts';
import { countTokens } from '../telemetry/count-tokens.ts';
import { gaugeLimiter } from '../telemetry/gauge-limiter.ts';
import { logged, logTokens } from '../telemetry/log-amocrm.ts';
import { countFailedCommits, gaugeJournal } from '../telemetry/watch-journal.ts';
import { followToken } from './follow-secrets.ts';
import { openDirectory } from './open-directory.ts';

/** amoCRM carries out no call later; older creates in doubt wait until their requests are sent again. */
const openForSeconds = 600;

export interface ServiceLayerOptions {
  config: Config;
  clock: Clock;
  registry: Registry;
  /** Milliseconds to wait for another process that uses DATA_DIR. */
  lockWaitMs: number | undefined;
  /** Milliseconds before the first call to amoCRM. */
  restMs: number;
}

/** Opens the service layer of one account and its journal, with metrics for both; closed with the app. */
export async function openServiceLayer(
  app: FastifyInstance,
  { config, clock, registry, lockWaitMs, restMs }: ServiceLayerOptions,
): Promise<{ amo: AmoService; journal: Journal; jobStore: JobStore }> {
  const { log } = app;
  const { access, baseUrl, fieldsFile } = config.amo;
  const fieldMap = loadFieldMap(fieldsFile);
  const onError = (err: unknown) => log.error({ err }, 'journal');
  const onFailedCommit = countFailedCommits(registry);
  const jobsKeptMs = config.jobs.keptDays * 86_400 * clock.second;
  const { wall: now } = clock;
  const store = await openStore(config.dataDir, { waitMs: lockWaitMs, now, jobsKeptMs, onError, onFailedCommit });
  const journal = createJournal(store.keys, { onError });
  const tokensOf = (clientId: string) => store.tokens({ account: baseUrl, clientId });
  const countToken = countTokens(registry, clock);
  const onToken = (report: TokenReport) => {
    logTokens(log, report);
    countToken(report);
  };
  const longLivedToken = followToken(app, config, clock);
  const amo = createAmoService({
    ...config.amo,
    ...(await orClose(store, () => pastOf(store, journal, clock))),
    claimLog: store.claims,
    doubtLog: store.doubts,
    authorize: await orClose(store, () => authorizeBy(access, tokensOf, { clock, onToken, longLivedToken })),
    fieldMap,
    clock,
    restMs,
    memory: createBreakerMemory(config.dataDir, baseUrl, (err) => log.warn({ err }, 'breaker state')),
    observer: logged(countAmocrm(registry), log),
    directory: openDirectory(config, registry, log),
  });
  gaugeDirectory(registry, amo.contactDirectory.status, clock);
  gaugeLimiter(registry, amo.gate.load);
  gaugeJournal(registry, store.load);
  app.addHook('onReady', async () => amo.gate.start());
  app.addHook('preClose', async () => void amo.gate.stop());
  app.addHook('onClose', async () => {
    await amo.contactDirectory.stop();
    // A token renewal in flight must reach the journal.
    await amo.gate.stop();
    journal.close();
    store.close();
  });
  return { amo, journal, jobStore: store.jobs };
}

/** The creates in doubt and claimed ids that earlier processes have left. */
async function pastOf(store: Store, journal: Journal, clock: Clock) {
  const since = clock.wall() - openForSeconds * clock.second;
  const [open, claimed, doubts] = await Promise.all([
    journal.openCreates(since),
    store.claims.recent(),
    store.doubts.recent(),
  ]);
  return { past: { open, claimed }, doubts };
}

/** A refused start must release the data directory. */
async function orClose<T>(store: Store, prepare: () => T | Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (error) {
    store.close();
    throw error;
  }
}

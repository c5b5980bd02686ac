import type { Registry } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import type { AmoService } from '../amocrm/amo.ts';
import { isHeldUp } from '../amocrm/wire/wire.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Shutdown } from '../http/shutdown.ts';
import type { JobRoute } from '../jobs/attempt.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { createJobs, type Jobs } from '../jobs/jobs.ts';
import type { Journal } from '../journal/journal.ts';
import { gaugeJobs, watchJobs } from '../telemetry/watch-jobs.ts';

export interface OpenJobsOptions {
  config: Config;
  clock: Clock;
  registry: Registry;
  amo: AmoService;
  journal: Journal;
  store: JobStore;
  shutdown: AbortSignal;
  waitFor: Shutdown['waitFor'];
}

/** Opens the jobs of one account, with their metrics; they begin when the app is ready. `routes` is to be filled by then. */
export function openJobs(
  app: FastifyInstance,
  { config, registry, amo, ...options }: OpenJobsOptions,
): { jobs: Jobs; routes: Map<string, JobRoute> } {
  const routes = new Map<string, JobRoute>();
  gaugeJobs(registry, options.store.load, options.clock);
  const jobs = createJobs({
    ...options,
    ...watchJobs(registry, app.log),
    routes,
    giveUpHours: config.jobs.giveUpHours,
    batchSize: config.amo.batchSize,
    isHeldUp: () => isHeldUp(amo.gate.load()),
    onError: (err) => app.log.error({ err }, 'jobs'),
  });
  app.addHook('onReady', async () => jobs.start());
  return { jobs, routes };
}

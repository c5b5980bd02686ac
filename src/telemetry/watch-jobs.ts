import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../clock.ts';
import type { JobLoad } from '../jobs/job-store.ts';
import type { WorkerOptions } from '../jobs/worker.ts';
import type { ErrorCode } from '../problems/catalogue.ts';

/** Gauges of the jobs that are kept, read at each scrape. */
export function gaugeJobs(
  registry: Registry,
  load: () => Promise<JobLoad>,
  { wall, second }: Pick<Clock, 'wall' | 'second'>,
): void {
  const registers = [registry];
  let reading: Promise<JobLoad> | undefined;

  /** One reading for all gauges of a scrape. */
  function read(): Promise<JobLoad> {
    reading ??= load().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  new Gauge({
    name: 'amocrm_steps_jobs_open',
    help: 'Jobs that wait or are carried out.',
    registers,
    async collect() {
      this.set((await read()).open);
    },
  });
  new Gauge({
    name: 'amocrm_steps_jobs_failed',
    help: 'Jobs that were given up and can be tried again.',
    registers,
    async collect() {
      this.set((await read()).failed);
    },
  });
  new Gauge({
    name: 'amocrm_steps_jobs_oldest_seconds',
    help: 'How long ago the oldest of the open jobs was accepted; 0 without one.',
    registers,
    async collect() {
      const { oldestAt } = await read();
      this.set(oldestAt === undefined ? 0 : (wall() - oldestAt) / second);
    },
  });
}

export type JobEvents = Pick<WorkerOptions, 'onEnd' | 'onFailure'>;
type Log = Pick<FastifyBaseLogger, 'info' | 'error'>;

/** Counts what becomes of jobs; gives what logs those of one account. */
export function watchJobs(registry: Registry): (log: Log) => JobEvents {
  const ended = new Counter({
    name: 'amocrm_steps_jobs_ended_total',
    help: 'Jobs that have succeeded or were given up.',
    labelNames: ['status'],
    registers: [registry],
  });
  for (const status of ['succeeded', 'failed']) ended.inc({ status }, 0);
  return (log) => {
    const events = logJobs(log);
    return {
      ...events,
      onEnd(job, status) {
        ended.inc({ status });
        events.onEnd(job, status);
      },
    };
  };
}

/** Thousands of jobs may fail for the same reason: it is told once, and again when one has succeeded meanwhile. */
function logJobs(log: Log): JobEvents {
  const told = new Set<ErrorCode>();
  return {
    onEnd({ id: jobId, caller, route, attempts }, status) {
      if (status === 'succeeded') told.clear();
      log.info({ jobId, caller, route, attempts, status }, 'job');
    },
    onFailure({ id: jobId }, { problem: err, document: { status, code, title } }) {
      if (status < 500 || told.has(code)) return;
      // A bug is no outage: each of its failures may have a reason of its own.
      if (code !== 'INTERNAL_ERROR') told.add(code);
      log.error({ jobId, err, code }, title);
    },
  };
}

import type { Registry } from '@prometheus-io/client';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { DirectoryObserver } from '../amocrm/contact-directory/observer.ts';
import { type AddressBlock, createAddressBlock } from '../amocrm/pace/address-block.ts';
import type { Observer } from '../amocrm/wire/observer.ts';
import type { Clock } from '../clock.ts';
import type { Timing } from '../cluster/membership.ts';
import type { Config } from '../config/config.ts';
import type { LaterRoute } from '../http/respond-later.ts';
import type { Shutdown } from '../http/shutdown.ts';
import { type Callbacks, createCallbacks } from '../jobs/callbacks/callbacks.ts';
import type { Store } from '../store/store.ts';
import { countAmocrm } from '../telemetry/count-amocrm.ts';
import { countDirectory } from '../telemetry/count-directory.ts';
import { countStatements } from '../telemetry/count-statements.ts';
import { countTokens } from '../telemetry/count-tokens.ts';
import { gaugeAccess } from '../telemetry/gauge-access.ts';
import { logAddressBlock } from '../telemetry/log-amocrm.ts';
import { gaugeCallbacks, watchCallbacks } from '../telemetry/watch-callbacks.ts';
import { gaugeJobs, type JobEvents, watchJobs } from '../telemetry/watch-jobs.ts';
import { countFailedCommits, gaugeJournal } from '../telemetry/watch-journal.ts';
import { openStoreOf } from './open-store.ts';
import type { Ownership } from './ownership.ts';

export interface AccountsOptions {
  config: Config;
  clock: Clock;
  registry: Registry;
  /** Milliseconds to wait for another process that uses DATA_DIR. */
  lockWaitMs: number | undefined;
  leaseTiming?: Timing | undefined;
  /** Milliseconds before the first call to amoCRM. */
  restMs: number;
  shutdown: Shutdown;
}

/** What all accounts of a process share. */
export interface Shared extends Pick<AccountsOptions, 'config' | 'clock' | 'shutdown'> {
  log: FastifyBaseLogger;
  store: Store;
  ownership: Ownership;
  observer: Observer;
  address: AddressBlock;
  directoryObserver: DirectoryObserver;
  countToken: ReturnType<typeof countTokens>;
  noteAccess: ReturnType<typeof gaugeAccess>;
  /** What watches the jobs of an account that logs there. */
  jobEvents: (log: FastifyBaseLogger) => JobEvents;
  callbacks: Callbacks;
  /** The routes whose requests may become jobs; to be filled before the first account is started. */
  laterRoutes: Map<string, LaterRoute>;
}

/** Milliseconds between sweeps of what has expired. */
const sweepMs = 10 * 60_000;

/** Opens the store and makes the metrics that all accounts share. */
export async function openShared(
  { log }: FastifyInstance,
  { config, clock, registry, lockWaitMs, leaseTiming, shutdown }: AccountsOptions,
): Promise<Shared & { close(): Promise<void> }> {
  const onError = (err: unknown) => log.error({ err }, 'journal');
  const { store, ownership, close } = await openStoreOf({
    ...config,
    waitMs: lockWaitMs,
    leaseTiming,
    log,
    now: clock.wall,
    jobsKeptMs: config.jobs.keptDays * 86_400 * clock.second,
    onError,
    onFailedCommit: countFailedCommits(registry),
    onStatement: countStatements(registry),
  });
  const sweep = () => void store.expire().catch(onError);
  const timer = setInterval(sweep, sweepMs).unref();
  sweep();
  gaugeJournal(registry, store.load);
  gaugeJobs(registry, store.jobLoad, clock);
  gaugeCallbacks(registry, store.callbacks.load);
  const callbacks = createCallbacks({
    store: store.callbacks,
    clock,
    hosts: config.callbackHosts,
    shutdown: shutdown.signal,
    waitFor: shutdown.waitFor,
    ...watchCallbacks(registry, log),
    onError: (err) => log.error({ err }, 'callbacks'),
  });
  const watched = watchJobs(registry);
  return {
    config,
    clock,
    shutdown,
    log,
    store,
    ownership,
    observer: countAmocrm(registry),
    address: createAddressBlock({ clock, onChange: (isBlocked) => logAddressBlock(log, isBlocked) }),
    directoryObserver: countDirectory(registry),
    countToken: countTokens(registry, clock),
    jobEvents(logOfAccount) {
      const events = watched(logOfAccount);
      return {
        ...events,
        onEnd(job, state) {
          events.onEnd(job, state);
          callbacks.wake(job.caller);
        },
      };
    },
    callbacks,
    noteAccess: gaugeAccess(registry, clock),
    laterRoutes: new Map(),
    close() {
      clearInterval(timer);
      return close();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadConfig } from '../../src/config/config.ts';
import { type RequestRecord, type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { buildWatchedApp } from '../fixtures/canary.ts';
import { type Metrics, serviceMetrics } from '../fixtures/metrics.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';
import { watchUnsent } from '../fixtures/unsent.ts';
import { type FaultName, faultNames } from './faults.ts';
import { startHarm } from './harm.ts';
import { type LoadOptions, makeLoad, type Operation } from './load.ts';
import { createRandom, type Random } from './random.ts';
import { findViolations, type Outcome } from './verdict.ts';

export interface RunOptions {
  seed: number;
  /** Creates of all kinds. */
  creates: number;
  only?: LoadOptions['only'];
  faults?: readonly FaultName[];
  /** Each nth call meets a fault; of creates alone, where reads are spared. */
  every?: number;
  sparesReads?: boolean;
  /** Operations under way at once. */
  clients?: number;
  /** Milliseconds for one call; more, where no fault is about time, so that a busy machine adds none. */
  callMs?: number;
  /** Entities in one write at most; small batches make many calls. */
  batchSize?: number;
  /** Each operation has a key. */
  isKeyed?: boolean;
  /** amoCRM's lists of contacts stay empty, so that reconciliation finds nothing. */
  isBlind?: boolean;
}

export interface Report {
  seed: number;
  operations: number;
  /** How many operations ended so; OK is success. */
  codes: Record<string, number>;
  /** Failures after which the service said that sending again can help and do no harm, so that it was. */
  retried: Record<string, number>;
  /** How many calls met each fault. */
  faults: Record<string, number>;
  /** Calls that amoCRM has seen. */
  calls: number;
  violations: string[];
  ms: number;
  /** What each side has seen, to be compared with what the service has counted. */
  seen: Seen;
}

export interface Seen {
  /** What the service was asked, and how it answered. */
  asked: { type: string; status: number }[];
  /** Calls that came to an end on their way to amoCRM, and those that never set out. */
  swallowed: { method: string; path: string }[];
  unsent: { method: string; path: string }[];
  /** Calls that amoCRM has seen. */
  arrived: RequestRecord[];
  metrics: Metrics;
}

/** AMO_TIMEOUT_MS, the measure of what comes too late. */
const timeoutMs = 300;
/** Milliseconds of a second in the gate's own waits. */
const second = 25;
/** An operation that has no answer by then will never have one. */
const patienceMs = 60_000;

/**
 * Sends a load through the service while its calls to amoCRM come to harm, and compares what it told with what amoCRM has.
 * What is said to be retryable is sent again, as a bot would. The seed decides the load and the row of faults; which call
 * meets which is a matter of timing.
 */
export async function run(options: RunOptions): Promise<Report> {
  const { seed, creates, only, faults: names = faultNames, every = 10, clients = 40, batchSize = 10 } = options;
  const { isKeyed = false, isBlind = false, sparesReads = false, callMs = timeoutMs } = options;
  const started = performance.now();
  const retried: Record<string, number> = {};
  const random = createRandom(seed);
  // The sandbox keeps real seconds, so its limit is off. Its search lags behind, as amoCRM's may.
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0, banAfter: 0, searchLagMs: 500 });
  if (isBlind) {
    const action = { kind: 'empty-page' } as const;
    sandbox.faults.add({ method: 'GET', path: '/api/v4/contacts', times: Number.POSITIVE_INFINITY, action });
  }
  const delays = { timeoutMs, lateMs: 0 };
  const harm = await startHarm(sandbox, { random, faults: names, every, sparesReads, delays });
  const { unsent, stop } = watchUnsent(harm.url);
  const service = await startService({
    sandbox,
    url: harm.url,
    batchSize,
    callMs,
    isKeyed,
    retried,
    random: createRandom(seed + 1),
  });
  try {
    const load = makeLoad({ sandbox, random: createRandom(seed + 2), creates, only });
    const outcomes = await carryOutAll(load, service.carryOut, clients);
    await untilQuiet(sandbox);
    const codes: Record<string, number> = {};
    for (const { code } of outcomes) count(codes, code);
    const violations = findViolations(sandbox, outcomes);
    const ms = Math.round(performance.now() - started);
    const arrived = [...sandbox.requests];
    const { met: faults, swallowed } = harm;
    const seen = { asked: service.asked, swallowed, unsent: unsent(), arrived, metrics: await service.metrics() };
    return {
      seed,
      operations: load.length,
      codes,
      retried,
      faults,
      calls: sandbox.requests.length,
      violations,
      ms,
      seen,
    };
  } finally {
    stop();
    await harm.close();
    await service.close();
    await sandbox.close();
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

type CarryOut = (operation: Operation) => Promise<Outcome>;

/** In order, as many at a time as there are clients. */
async function carryOutAll(load: readonly Operation[], carryOut: CarryOut, clients: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const rest = load.values();
  async function serve(): Promise<void> {
    for (const operation of rest) outcomes.push(await patiently(carryOut, operation));
  }
  await Promise.all(Array.from({ length: clients }, serve));
  return outcomes;
}

async function patiently(carryOut: CarryOut, operation: Operation): Promise<Outcome> {
  const { promise: gaveUp, resolve } = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => resolve({ operation, code: 'NO_ANSWER' }), patienceMs);
  try {
    return await Promise.race([carryOut(operation), gaveUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** What was held up on its way may still arrive. */
async function untilQuiet({ requests }: Sandbox): Promise<void> {
  let seen: number;
  do {
    seen = requests.length;
    await pass(timeoutMs * 2);
  } while (requests.length !== seen);
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function told({
  contact_id,
  company_id,
  lead_id,
  note_id,
  task_id,
  created,
}: Record<string, unknown>): Pick<Outcome, 'id' | 'isNew'> {
  return { id: Number(lead_id ?? note_id ?? task_id ?? contact_id ?? company_id), isNew: created === true };
}

interface ServiceOptions {
  sandbox: Sandbox;
  /** Where the service looks for amoCRM. */
  url: string;
  batchSize: number;
  callMs: number;
  isKeyed: boolean;
  retried: Record<string, number>;
  random: Random;
}

async function startService({ sandbox, url, batchSize, callMs, isKeyed, retried, random }: ServiceOptions) {
  const dataDir = await mkdtemp(join(tmpdir(), 'amocrm-steps-'));
  const config = loadConfig({
    AMO_BASE_URL: url,
    AMO_ACCESS_TOKEN: sandbox.token,
    AMO_RATE_LIMIT: '50',
    AMO_TIMEOUT_MS: String(callMs),
    AMO_BATCH_SIZE: String(batchSize),
    STEP_DEADLINE_MS: '30000',
    DATA_DIR: dataDir,
  });
  const app = await buildWatchedApp({ config, clock: { ...createUnhurriedClock(second), random } });
  const asked: Seen['asked'] = [];
  return {
    asked,
    metrics: () => serviceMetrics(app),
    async carryOut(operation: Operation): Promise<Outcome> {
      const { type, params } = operation;
      const headers = isKeyed ? { 'idempotency-key': randomUUID() } : {};
      for (;;) {
        const answer = await app.inject({ method: 'POST', url: `/steps/${type}`, payload: { params }, headers });
        asked.push({ type, status: answer.statusCode });
        const { success, code, result, retryable } = answer.json();
        if (success === true) return { operation, code: 'OK', ...told(result) };
        if (retryable !== true) return { operation, code };
        count(retried, code);
        await pass(second * Number(answer.headers['retry-after'] ?? 1));
      }
    },
    async close(): Promise<void> {
      await app.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

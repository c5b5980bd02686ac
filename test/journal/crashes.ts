import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { between, createRandom, type Random } from '../chaos/random.ts';
import { makeRequest, type Outcome, type Posting } from './crash-load.ts';
import { findFaults } from './crash-verdict.ts';

export interface CrashOptions {
  seed: number;
  /** Kills and requests that are wanted at least; work goes on until both are reached, however slow the machine. */
  kills: number;
  requests: number;
  /** Requests under way at once. */
  clients?: number;
  /** Milliseconds that the service lives at most once it listens. */
  lifeMs?: number;
  /** The process to kill: the server, or one that counts the seconds of the gate faster. */
  script: string;
}

export interface CrashReport {
  seed: number;
  kills: number;
  requests: number;
  /** Attempts that ended without an answer. */
  unanswered: number;
  /** Answers by status and code. */
  answers: Record<string, number>;
  faults: string[];
}

/** Beyond the minute for which an absent create may still turn up. */
const patienceMs = 150_000;

/**
 * Kills the service at random moments while keyed requests come in; whoever gets no answer, or one that says so, sends the
 * same again. At the end the sandbox, which lives on in this process, tells what has really happened.
 */
export async function runCrashes(options: CrashOptions): Promise<CrashReport> {
  const { seed, kills, requests, clients = 8, lifeMs = 700, script } = options;
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0, banAfter: 0, latencyMs: 8 });
  const directory = await mkdtemp(join(tmpdir(), 'amocrm-steps-'));
  const random = createRandom(seed);
  const report: CrashReport = { seed, kills: 0, requests: 0, unanswered: 0, answers: {}, faults: [] };
  const outcomes: Outcome[] = [];
  const isEnough = () => report.kills >= kills && report.requests >= requests;
  let isOver = false;
  let service = start();

  function start() {
    const env = {
      AMO_BASE_URL: sandbox.url,
      AMO_ACCESS_TOKEN: sandbox.token,
      AMO_RATE_LIMIT: '50',
      AMO_TIMEOUT_MS: '2000',
      DATA_DIR: directory,
      PORT: '0',
    };
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    return { child, address: addressOf(child) };
  }

  async function killNowAndThen(): Promise<void> {
    while (!isEnough()) {
      await service.address;
      await sleep(between(random, 1, lifeMs));
      service.child.kill('SIGKILL');
      await once(service.child, 'exit');
      report.kills += 1;
      service = start();
    }
  }

  async function work(own: Random): Promise<void> {
    while (!isEnough()) {
      report.requests += 1;
      outcomes.push(await sendUntilDone(makeRequest(report.requests, own)));
    }
  }

  async function sendUntilDone(posting: Posting): Promise<Outcome> {
    const gaveUpAt = performance.now() + patienceMs;
    while (performance.now() < gaveUpAt && !isOver) {
      const answer = await post(await service.address, posting).catch(() => undefined);
      if (answer === undefined) report.unanswered += 1;
      else {
        const name = `${answer.status} ${answer.body.code ?? ''}`.trim();
        report.answers[name] = (report.answers[name] ?? 0) + 1;
        if (answer.status === 200) return { posting, body: answer.body };
        if (answer.body.retryable !== true) report.faults.push(`${posting.key}: ${JSON.stringify(answer.body)}`);
      }
      await sleep(between(random, 20, 120));
    }
    return { posting, body: undefined };
  }

  try {
    const works = Array.from({ length: clients }, (_, index) => work(createRandom(seed * 1000 + index)));
    await Promise.all([killNowAndThen(), ...works]);
    report.faults.push(...findFaults(sandbox, outcomes));
    return report;
  } finally {
    isOver = true;
    service.child.kill('SIGKILL');
    await sandbox.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Where the service listens, by its own line; a dead address if it dies before. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface(child.stdout)) {
    const { msg, address } = JSON.parse(line);
    if (msg !== 'listening') continue;
    child.stdout.resume();
    return address;
  }
  return 'http://127.0.0.1:1';
}

async function post(address: string, { key, url, payload }: Posting) {
  const response = await fetch(`${address}${url}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(payload),
  });
  const body: ReturnType<typeof JSON.parse> = await response.json();
  return { status: response.status, body };
}

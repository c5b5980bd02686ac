import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { densest } from '../fixtures/densest.ts';
import { faultNames, late } from './faults.ts';
import { startHarm } from './harm.ts';
import { createMortalService } from './mortal-service.ts';
import { createOthers } from './others.ts';
import { makePosting, type Posting } from './postings.ts';
import { between, createRandom, type Random } from './random.ts';
import { type Ended, findFaults } from './told.ts';

export interface OrdealOptions {
  seed: number;
  /** The process to kill: the server, or one that counts the seconds of the gate faster. */
  script: string;
  /** Real milliseconds of a second of that process; what follows is in its seconds. */
  second: number;
  /** Kills and postings at least, and the seconds after which no new posting begins. */
  kills: number;
  postings: number;
  seconds: number;
  /** Seconds for which it lives at most once it listens. */
  life: number;
  /** Seconds for one call to amoCRM. */
  timeout: number;
  /** Seconds by which creates are carried out late; 0: none is. */
  late: number;
  /** Each nth call meets a fault; 0: none does. */
  every: number;
  /** Real milliseconds after which the run is broken off. */
  limitMs: number;
  /** Each process begins with an empty data directory, so that nothing is recalled. */
  isForgetful?: boolean;
}

export interface OrdealReport {
  seed: number;
  kills: number;
  postings: number;
  /** Attempts that ended without an answer. */
  unanswered: number;
  /** Answers by status and code. */
  answers: Record<string, number>;
  /** Calls by the fault that they met. */
  harm: Record<string, number>;
  /** Requests about people whom others had just brought in, and calls that have caught up with what others write. */
  meetings: number;
  catchUps: number;
  /** Calls that were sent, and the most in one second. */
  calls: number;
  densest: number;
  violations: string[];
}

const clients = 8;
const rateLimit = 7;
/** Of the postings: those about somebody whom others have just brought in, and those that others do likewise. */
const meetingShare = 0.2;
const namesakeShare = 0.2;

/**
 * Kills the service at random moments while keyed requests come in, its calls to amoCRM come to harm and other people write
 * there too; whoever gets no answer, or one that says so, sends the same again. At the end the sandbox, which lives on in
 * this process, tells what has really happened.
 */
export async function undergo(options: OrdealOptions): Promise<OrdealReport> {
  const { seed, script, second, every, limitMs, isForgetful = false } = options;
  const delays = { timeoutMs: options.timeout * second, lateMs: options.late * second };
  const faults = options.late > 0 ? [...faultNames, ...late, ...late] : faultNames;
  const random = createRandom(seed);
  // What the service sends is judged at the proxy: on its way it may be held up. Where seconds are real, amoCRM judges too.
  const limit = second === 1000 ? rateLimit : 0;
  const sandbox = await startSandbox({ rateLimit: limit, accountRateLimit: 0, banAfter: 0, latencyMs: 8 });
  const directories: string[] = [await makeDirectory()];
  if (isForgetful) for (let index = 0; index < options.kills; index += 1) directories.push(await makeDirectory());
  const harm = await startHarm(sandbox, { random, faults, every, delays });
  const report: OrdealReport = {
    seed,
    kills: 0,
    postings: 0,
    unanswered: 0,
    answers: {},
    harm: harm.met,
    meetings: 0,
    catchUps: 0,
    calls: 0,
    densest: 0,
    violations: [],
  };
  const service = createMortalService(script, () => ({
    AMO_BASE_URL: harm.url,
    AMO_ACCESS_TOKEN: sandbox.token,
    AMO_RATE_LIMIT: String(rateLimit),
    AMO_TIMEOUT_MS: String(delays.timeoutMs),
    DATA_DIR: directories[isForgetful ? report.kills : 0] ?? '',
  }));

  const startedAt = performance.now();
  const isEnough = () =>
    report.kills >= options.kills &&
    (report.postings >= options.postings || performance.now() - startedAt > options.seconds * second);
  const isBrokenOff = () => performance.now() - startedAt > limitMs;
  const ended: Ended[] = [];
  const others = createOthers(sandbox);

  /** By turns at any moment and just when a create has reached amoCRM. */
  async function killNowAndThen(): Promise<void> {
    while (report.kills < options.kills && !isBrokenOff()) {
      await service.listening();
      await sleep(between(random, 1, options.life * second));
      if (report.kills % 2 === 1)
        await Promise.race([harm.nextCreate(), sleep(10 * second, undefined, { ref: false })]);
      await sleep(between(random, 0, 10));
      await service.kill();
      report.kills += 1;
      service.start();
    }
  }

  async function work(own: Random): Promise<void> {
    while (!isEnough() && !isBrokenOff()) {
      report.postings += 1;
      const number = report.postings;
      const posting = own() < meetingShare ? others.meet(number, own) : makePosting(number, own);
      if (own() < namesakeShare) others.makeNamesake(number);
      ended.push({ posting, body: await sendUntilDone(posting, own) });
      others.hasAnswered(posting);
    }
  }

  async function sendUntilDone(posting: Posting, own: Random): Promise<Ended['body']> {
    while (!isBrokenOff()) {
      const answer = await service.post(posting);
      if (answer === undefined) report.unanswered += 1;
      else {
        count(report.answers, `${answer.status} ${answer.body.code ?? ''}`.trim());
        if (answer.body.retryable !== true) return answer.body;
      }
      await sleep(between(own, 1, 2) * second);
    }
    return undefined;
  }

  try {
    const works = Array.from({ length: clients }, (_, index) => work(createRandom(seed * 1000 + index)));
    await Promise.all([killNowAndThen(), ...works]);
    await sandbox.waiting.release();
    report.meetings = ended.filter(({ posting }) => posting.kind === 'known').length;
    report.catchUps = sandbox.requests.filter(({ query }) => query.includes('order[updated_at]=desc')).length;
    report.calls = harm.sentAt.length;
    report.densest = densest(harm.sentAt, second);
    report.violations = findFaults(sandbox, ended, others.ids);
    if (report.densest > rateLimit) report.violations.push(`${report.densest} calls in one second`);
    return report;
  } finally {
    await service.kill();
    await harm.close();
    await sandbox.close();
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  }
}

function makeDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'amocrm-steps-'));
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

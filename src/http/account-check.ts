import { setTimeout } from 'node:timers/promises';
import { type Account, readAccount } from '../amocrm/entities/account/account.ts';
import type { Gate } from '../amocrm/gate.ts';
import { type Cached, createCached } from '../amocrm/operation/cached.ts';
import { startOperation } from '../amocrm/operation/operation.ts';
import type { Clock } from '../clock.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';

export interface AccountCheckOptions {
  /** Seconds that an answer is kept, failures too. */
  cacheSeconds: number;
  timeoutMs: number;
  /** Aborts, with a Problem, when the service shuts down. */
  shutdown: AbortSignal;
  clock: Pick<Clock, 'now' | 'wall' | 'after'>;
}

export interface Checked {
  checkedAt: string;
  latencyMs: number;
  result: CheckResult;
}

type CheckResult = { account: Account } | { problem: Problem };
export type AccountCheck = Cached<Checked>;

/** Milliseconds that a check waits for its slot; after that a recent answer of amoCRM to other work counts as proof. */
const patienceMs = 1_000;

/** Reads amoCRM's account at most every few seconds, however many ask. */
export function createAccountCheck(
  gate: Gate,
  { cacheSeconds, timeoutMs, shutdown, clock }: AccountCheckOptions,
): AccountCheck {
  let last: Checked | undefined;

  async function check(): Promise<Checked> {
    const done = new AbortController();
    const operation = startOperation('health', timeoutMs, [shutdown, done.signal], [], clock);
    const started = clock.now();
    const asked = readAccount(gate, operation, { background: true }).then(
      (account) => ({ account }),
      (error: unknown) => ({ problem: asUnavailable(error) }),
    );
    const result = (await provenByWork(asked)) ?? (await asked);
    operation.end();
    done.abort(new Problem('DEADLINE_EXCEEDED', serviceMessages.checkOver));
    return checked(result, started);
  }

  function checked(result: CheckResult, started: number): Checked {
    return { checkedAt: new Date(clock.wall()).toISOString(), latencyMs: Math.round(clock.now() - started), result };
  }

  /** Under full load a check would take a slot from other work, and amoCRM's answers to that work prove the same. */
  async function provenByWork(asked: Promise<CheckResult>): Promise<CheckResult | undefined> {
    const answered = await Promise.race([asked, setTimeout(patienceMs, undefined, { ref: false })]);
    if (answered !== undefined) return answered;
    const known = last !== undefined && 'account' in last.result;
    return known && clock.now() - gate.answeredAt() < cacheSeconds * 1000 ? last?.result : undefined;
  }

  function asUnavailable(error: unknown): Problem {
    const problem = error instanceof Problem ? error : new Problem('INTERNAL_ERROR', serviceMessages.checkFailed);
    const { text, words, retryAfter = Math.max(1, cacheSeconds) } = problem;
    // The check has the time of one call, so its deadline means that amoCRM did not answer.
    const code = problem.code === 'DEADLINE_EXCEEDED' ? 'AMOCRM_TIMEOUT' : problem.code;
    return new Problem(code, text, { status: 503, retryAfter, words, cause: error });
  }

  const kept = createCached(
    async () => {
      last = await check();
      return last;
    },
    { ttlMs: cacheSeconds * 1000, deadlineMs: timeoutMs, clock },
  );
  return async (asking, maxAgeMs) => {
    const closed = gate.closedBy();
    // Other work has met it since the last check.
    if (closed !== undefined) return checked({ problem: asUnavailable(closed) }, clock.now());
    return kept(asking, maxAgeMs);
  };
}

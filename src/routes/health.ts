import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import { Account, readAccount } from '../amocrm/entities/account/account.ts';
import type { Gate } from '../amocrm/gate.ts';
import { createCached } from '../amocrm/operation/cached.ts';
import { startOperation } from '../amocrm/operation/operation.ts';
import { type Clock, systemClock } from '../clock.ts';
import { turnedAway } from '../http/reference/failure-codes.ts';
import { failure } from '../http/reference/failure-responses.ts';
import { Problem } from '../problems/problem.ts';

export interface HealthOptions {
  gate: Gate;
  /** Seconds that an answer is kept, failures too. */
  cacheSeconds: number;
  timeoutMs: number;
  /** Aborts, with a Problem, when the service shuts down. */
  shutdown: AbortSignal;
  clock?: Clock;
}

const checkedAt = Type.String({ format: 'date-time', description: 'When amoCRM was asked.' });
const status = Type.Literal('ok', { description: 'amoCRM answers and accepts the token.' });
const Healthy = Type.Object(
  {
    status,
    account: Type.Optional(Account),
    checked_at: checkedAt,
    latency_ms: Type.Optional(Type.Integer({ description: 'How long amoCRM took, in milliseconds.' })),
  },
  {
    description: 'amoCRM answers. Without an API key, where keys are configured, only `status` and `checked_at`.',
    examples: [
      {
        status: 'ok',
        account: { id: 1231414, name: 'Студия', subdomain: 'studio' },
        checked_at: '2026-12-01T09:30:00.000Z',
        latency_ms: 84,
      },
    ],
  },
);

interface Check {
  checkedAt: string;
  latencyMs: number;
  result: CheckResult;
}

type CheckResult = { account: Account } | { problem: Problem };

/** Milliseconds that a check waits for its slot; after that a recent answer of amoCRM to other work counts as proof. */
const patienceMs = 1_000;

/** `/health` reads amoCRM's account at most every few seconds; `/health/live` never calls amoCRM. */
export const health = fp(
  async (app: FastifyInstance, options: HealthOptions) => {
    const { gate, cacheSeconds, timeoutMs, shutdown, clock = systemClock } = options;
    let last: Check | undefined;
    const current = createCached(
      async () => {
        last = await check();
        return last;
      },
      { ttlMs: cacheSeconds * 1000, deadlineMs: timeoutMs, clock },
    );

    async function check(): Promise<Check> {
      const done = new AbortController();
      const operation = startOperation('health', timeoutMs, [shutdown, done.signal], [], clock);
      const started = clock.now();
      const asked = readAccount(gate, operation, { background: true }).then(
        (account) => ({ account }),
        (error: unknown) => ({ problem: asUnavailable(error) }),
      );
      const result = (await provenByWork(asked)) ?? (await asked);
      operation.end();
      done.abort(new Problem('DEADLINE_EXCEEDED', 'The check is over'));
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
      const problem = error instanceof Problem ? error : new Problem('INTERNAL_ERROR', 'The check failed');
      const { message, words, retryAfter = Math.max(1, cacheSeconds) } = problem;
      // The check has the time of one call, so its deadline means that amoCRM did not answer.
      const code = problem.code === 'DEADLINE_EXCEEDED' ? 'AMOCRM_TIMEOUT' : problem.code;
      return new Problem(code, message, { status: 503, retryAfter, words, cause: error });
    }

    app.get(
      '/health',
      {
        config: { open: true },
        schema: {
          operationId: 'health',
          tags: ['Service'],
          summary: 'Says whether amoCRM answers.',
          description: 'Proxies `GET /api/v4/account`. For container health checks; open to anyone.',
          security: [],
          response: {
            200: Healthy,
            503: failure(
              [
                'AMOCRM_UNAUTHORIZED',
                'AMOCRM_FORBIDDEN',
                'AMOCRM_PAYMENT_REQUIRED',
                'AMOCRM_UNAVAILABLE',
                'AMOCRM_TIMEOUT',
                'AMOCRM_ERROR',
                'OVERLOADED',
                'SHUTTING_DOWN',
              ],
              503,
            ),
            default: failure(turnedAway),
          },
        },
      },
      async (request) => {
        const { result, checkedAt: checked_at, latencyMs: latency_ms } = await current({ signal: shutdown });
        if ('problem' in result) throw result.problem;
        if (request.caller === '') return { status: 'ok', checked_at };
        return { status: 'ok', account: result.account, checked_at, latency_ms };
      },
    );

    app.get(
      '/health/live',
      {
        config: { open: true },
        schema: {
          operationId: 'live',
          tags: ['Service'],
          summary: 'Says that the process answers.',
          description: 'Never asks amoCRM. For whatever restarts or takes out of service by itself; open to anyone.',
          security: [],
          response: {
            200: Type.Object({ status }, { description: 'The process answers.', examples: [{ status: 'ok' }] }),
            default: failure([...turnedAway, 'SHUTTING_DOWN']),
          },
        },
      },
      async () => ({ status: 'ok' }),
    );
  },
  { name: 'health', fastify: '5.x', dependencies: ['auth', 'problems'] },
);

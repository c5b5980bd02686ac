import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import { Account as AccountDocument } from '../amocrm/entities/account/account.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type Account, type Accounts, isAllowed, nameAccount, noSuchAccount } from '../http/account.ts';
import { type AccountCheck, createAccountCheck } from '../http/account-check.ts';
import { turnedAway } from '../http/reference/failure-codes.ts';
import { failure } from '../http/reference/failure-responses.ts';
import { wherever } from '../http/wherever.ts';
import { accessMessages } from '../messages/access.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import { Problem } from '../problems/problem.ts';
import { wordsOfFailure } from '../store/database-fault.ts';

export interface HealthOptions {
  accounts: Accounts;
  /** Rejects when the store of accounts cannot be read. */
  check(): Promise<void>;
  /** Whether the process takes requests. */
  isReady(): boolean;
  /** Why it has no account; undefined where it may. */
  refusal(): Problem | undefined;
  /** Seconds that an answer is kept, failures too. */
  cacheSeconds: number;
  timeoutMs: number;
  /** Aborts, with a Problem, when the service shuts down. */
  shutdown: AbortSignal;
  clock?: Clock;
}

const checkedAt = Type.String({ format: 'date-time', description: 'When amoCRM was asked.' });
const readyStatus = Type.Literal('ok', { description: 'The process takes requests.' });
const status = Type.Literal('ok', { description: 'amoCRM answers and accepts the token.' });
const Healthy = Type.Object(
  {
    status,
    account: Type.Optional(AccountDocument),
    checked_at: checkedAt,
    latency_ms: Type.Optional(Type.Integer({ description: 'How long amoCRM took, in milliseconds.' })),
  },
  {
    description:
      'amoCRM answers. Without an API key, where keys are configured, only `status` and `checked_at`; the same of the store.',
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

/** `/health` reads amoCRM's account at most every few seconds; `/health/live` never calls amoCRM. */
export const health = fp(
  async (app: FastifyInstance, options: HealthOptions) => {
    const { cacheSeconds, timeoutMs, shutdown, clock = systemClock } = options;
    const { only, use } = options.accounts;
    const checks = new WeakMap<Account, AccountCheck>();

    async function checkOf(id: string, request: FastifyRequest) {
      const used = isAllowed(request, id) ? await use(id, request.asked) : undefined;
      if (used === undefined) throw noSuchAccount(request, id);
      const { account, end } = used;
      const check =
        checks.get(account) ?? createAccountCheck(account.amo.gate, { cacheSeconds, timeoutMs, shutdown, clock });
      checks.set(account, check);
      const maxAgeMs = Math.min(cacheSeconds * 1000, account.consent?.ageMs() ?? Number.POSITIVE_INFINITY);
      return check({ signal: shutdown }, maxAgeMs).finally(end);
    }

    async function healthOf(id: string, request: FastifyRequest) {
      const { result, checkedAt: checked_at, latencyMs: latency_ms } = await checkOf(id, request);
      if ('problem' in result) throw result.problem;
      if (request.caller === '') return { status: 'ok', checked_at };
      return { status: 'ok', account: result.account, checked_at, latency_ms };
    }

    /** The account whose health the request asks for; with several and nothing that names one, that of none. */
    function accountFor(request: FastifyRequest): string | undefined {
      if (only !== undefined) return only;
      return request.caller === '' || request.scope === 'admin' ? undefined : nameAccount(request, only);
    }

    async function checkStore() {
      await options.check().catch((cause: unknown) => {
        throw new Problem('OVERLOADED', wordsOfFailure(cause, accessMessages.accountsUnreadable), { cause });
      });
      return { status: 'ok', checked_at: new Date(clock.wall()).toISOString() };
    }

    app.get(
      '/health',
      {
        config: { open: true, isDiagnosis: true },
        schema: {
          operationId: 'health',
          tags: ['Service'],
          summary: 'Says whether amoCRM answers.',
          description:
            'Proxies `GET /api/v4/account`. For container health checks; open to anyone. With several accounts that of the ' +
            'one that the key or `Amocrm-Account` names; without either whether their store can be read.',
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
            default: failure([...turnedAway, 'ACCOUNT_NOT_FOUND', 'ACCOUNT_DISABLED']),
          },
        },
      },
      async (request, reply) => {
        const id = accountFor(request);
        return id === undefined ? checkStore() : wherever(app, id, reply, () => healthOf(id, request));
      },
    );

    app.get(
      '/health/ready',
      {
        config: { open: true },
        schema: {
          operationId: 'ready',
          tags: ['Service'],
          summary: 'Says that the process takes requests.',
          description:
            'Not while it goes down, and with `DATABASE_URL` not without a lease. Never asks amoCRM. For whatever sends ' +
            'requests to one of several replicas; open to anyone.',
          security: [],
          response: {
            200: Type.Object({ status: readyStatus }, { description: 'It does.', examples: [{ status: 'ok' }] }),
            default: failure([...turnedAway, 'OVERLOADED', 'SHUTTING_DOWN']),
          },
        },
      },
      async () => {
        if (shutdown.aborted) throw shutdown.reason;
        if (!options.isReady()) {
          throw options.refusal() ?? new Problem('OVERLOADED', ownershipMessages.noLease, { retryAfter: 1 });
        }
        return { status: 'ok' };
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

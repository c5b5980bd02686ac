import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Clock } from '../clock.ts';
import { Elsewhere } from '../cluster/elsewhere.ts';
import { type Membership, self } from '../cluster/membership.ts';
import type { PassResult } from '../cluster/pass-result.ts';
import type { Signature } from '../cluster/signature.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import { Problem } from '../problems/problem.ts';
import { DatabaseFault } from '../store/database-fault.ts';
import { type Accounts, misdirected, noSuchAccount } from './account.ts';
import { isMeant, replacedStatus, withAllSeen } from './asked.ts';
import { deadlineOf } from './operations.ts';
import type { Entrance } from './passed.ts';
import { maxWait } from './prefer.ts';
import { isChangeOfAccount, isCode, isRepeatable, isToRepeat } from './repeatable.ts';
import { hangUp } from './respond-later.ts';
import { type Attempt, createSender, giveAnswer, noBody } from './send-on.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Gives the answer of the replica that has the account; undefined where that is this one by now: `here` says whether it has
     * done what is asked, and may find it elsewhere again. Only with a database, which several replicas share.
     */
    passOn:
      | ((account: string, request: FastifyRequest, reply: FastifyReply, here: Here) => Promise<unknown>)
      | undefined;
    keepBody: ((request: FastifyRequest, bytes: Buffer) => void) | undefined;
  }
  interface FastifyRequest {
    /** The body as it came, where it may be passed on. */
    sentBody: Buffer | undefined;
  }
  interface FastifyContextConfig {
    /** Whether it says at once that the database cannot be used, where others wait for it until their deadline. */
    isDiagnosis?: boolean;
  }
}

type Here = () => Promise<boolean>;

interface Stage {
  /** Absent where the request has been begun here. */
  here?: Here;
}

export interface PassOnOptions {
  accounts: Pick<Accounts, 'use'>;
  ownership: Pick<Membership, 'locate' | 'forget' | 'follow'>;
  signature: Signature;
  entrance: Entrance;
  /** Of a step. */
  deadlineMs: number;
  clock: Pick<Clock, 'now'>;
  shutdown: AbortSignal;
  /** Milliseconds after the shutdown has begun in which another replica is looked for. */
  leaveMs: number;
  onPass(result: PassResult): void;
}

/** Milliseconds until an owner is looked for again. */
const againMs = 200;
/** Milliseconds after the deadline in which the owner's answer may still be under way. */
const graceMs = 2000;
/** Milliseconds that a caller may prefer to wait for a job, beside those. */
const waitMs = maxWait * 1000;

/**
 * Passes requests on to the replica that has their account, and those on that wait here when this one goes down or has lost
 * the account. What was certainly not done, or is under a key, or only reads, goes to the next owner where one is lost.
 */
export const passOn = fp(
  async (app: FastifyInstance, options: PassOnOptions) => {
    const { accounts, ownership, entrance, clock, shutdown, onPass } = options;
    const send = createSender(app, options.signature);
    app.decorate('passOn', (account: string, request: FastifyRequest, reply: FastifyReply, here: Here) =>
      pass(account, request, reply, { here }),
    );
    app.decorateRequest('sentBody');
    app.decorate('keepBody', (request: FastifyRequest, bytes: Buffer) => {
      request.sentBody = bytes;
    });
    app.addHook('preValidation', async (request, reply) => {
      entrance.checkBody(request, request.sentBody ?? noBody);
      const { elsewhere } = request;
      if (elsewhere === undefined) return undefined;
      return pass(elsewhere, request, reply, { here: () => isHere(elsewhere, request) });
    });

    // Outside of what keeps keys: the next owner takes them up.
    app.addHook('onRoute', (route) => {
      if (route.config?.inAccount !== true) return;
      const { handler } = route;
      route.handler = async function (request, reply) {
        try {
          return await handler.call(this, request, reply);
        } catch (error) {
          const { use } = request;
          if (use === undefined || reply.sent || !isPassable(error, request)) throw error;
          request.use = undefined;
          request.elsewhere = use.account.id;
          use.end();
          return pass(use.account.id, request, reply, {});
        }
      };
    });

    /** When nobody else is looked for any more. */
    let leaveAt = Number.POSITIVE_INFINITY;
    shutdown.addEventListener('abort', () => {
      leaveAt = clock.now() + options.leaveMs;
    });

    /** Whether the next owner may do what has failed here since the account is no longer this replica’s. */
    function isPassable(error: unknown, request: FastifyRequest): boolean {
      const isLost = request.use?.account.isLost() === true;
      const isUndone = (isLost && isCode(error, 'OVERLOADED')) || (shutdown.aborted && isCode(error, 'SHUTTING_DOWN'));
      if (isRepeatable(request)) return isLost || isUndone;
      return isUndone && (request.operation?.written ?? []).length === 0;
    }

    async function pass(
      account: string,
      request: FastifyRequest,
      reply: FastifyReply,
      { here }: Stage,
    ): Promise<unknown> {
      if (entrance.isPassed(request)) {
        ownership.forget(account);
        throw misdirected();
      }
      const until = deadlineOf(request, options.deadlineMs);
      const gone = hangUp(reply);
      let wasSent = false;
      let wasRefused = false;
      /** Why nobody knows who has the account. */
      let fault: Elsewhere | undefined;
      while (clock.now() < Math.min(until, leaveAt) && !gone.aborted) {
        const found = await passOnce(account, request, { until, gone, here });
        if (found === 'here') return undefined;
        fault = found instanceof Elsewhere ? found : undefined;
        if (fault !== undefined && request.routeOptions.config.isDiagnosis === true) throw fault;
        const attempt = found instanceof Elsewhere ? 'unsent' : found;
        if (attempt === 'broken' && !isRepeatable(request)) {
          onPass('unknown');
          const { changeLost, ownerLost } = ownershipMessages;
          throw new Problem('OUTCOME_UNKNOWN', isChangeOfAccount(request) ? changeLost : ownerLost);
        }
        if (typeof attempt === 'object' && attempt.status === replacedStatus) {
          if (!isMeant(request.asked)) throw noSuchAccount(request, account);
          request.asked = withAllSeen(request.asked);
          continue;
        }
        // Its caller's key was accepted here: it is the vouching that the other does not believe. It may be the owner no more.
        const isRefused = typeof attempt === 'object' && attempt.status === 401;
        if (isRefused && wasRefused) {
          onPass('refused');
          request.log.error({ reqId: request.id, account }, ownershipMessages.otherKeys.en);
          throw new Problem('OVERLOADED', ownershipMessages.otherKeys, { retryAfter: 5 });
        }
        wasRefused ||= isRefused;
        if (typeof attempt === 'object' && !isRefused && !isToRepeat(attempt, request, wasSent)) {
          onPass('answered');
          return giveAnswer(attempt, reply);
        }
        wasSent ||= attempt === 'broken';
        ownership.forget(account);
        await sleep(againMs);
      }
      if (!gone.aborted) onPass('refused');
      // There may be nobody else; whoever waits is told before the connection ends.
      shutdown.throwIfAborted();
      throw fault ?? new Problem('OVERLOADED', ownershipMessages.noOwner, { retryAfter: 1 });
    }

    async function passOnce(
      account: string,
      request: FastifyRequest,
      { until, gone, here }: { until: number; gone: AbortSignal; here: Here | undefined },
    ): Promise<Attempt | 'here' | Elsewhere> {
      try {
        const owner = await ownership.locate(account);
        if (owner === undefined && shutdown.aborted) return 'unsent';
        if (owner === undefined && here !== undefined) return (await here()) ? 'here' : 'unsent';
        const grace = graceMs + (request.headers.prefer === undefined ? 0 : waitMs);
        const leftMs = Math.max(1, until - clock.now());
        const late = AbortSignal.timeout(Math.ceil(leftMs + grace));
        // Whatever was begun here belongs to a lease that has ended: it begins anew.
        if (owner === undefined)
          return await send(self, { account, request, leftMs, signal: AbortSignal.any([gone, late]) });
        const { lost, end } = ownership.follow(account, owner);
        const signal = AbortSignal.any(isRepeatable(request) ? [gone, late, lost] : [gone, late]);
        return await send(owner, { account, request, leftMs, signal, lost }).finally(end);
      } catch (error) {
        if (!(error instanceof Elsewhere)) throw error;
        return error.cause instanceof DatabaseFault ? error : 'unsent';
      }
    }

    /** Whether the account is this replica’s by now: the request then goes on here. */
    async function isHere(account: string, request: FastifyRequest): Promise<boolean> {
      request.use = await accounts.use(account, request.asked);
      request.elsewhere = undefined;
      return request.use !== undefined;
    }
  },
  { name: 'pass-on', fastify: '5.x', dependencies: ['accounts', 'idempotency', 'operations', 'respond-later'] },
);

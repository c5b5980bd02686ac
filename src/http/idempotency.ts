import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { carryOut } from '../journal/carry-out.ts';
import { fingerprintOf } from '../journal/fingerprint.ts';
import type { Admission, Free, Refusal } from '../journal/journal.ts';
import type { KeyLog } from '../journal/key-log.ts';
import { accessMessages } from '../messages/access.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { accountOf } from './account.ts';
import { turn } from './large-bodies.ts';
import { documentKey } from './reference/idempotency-header.ts';

declare module 'fastify' {
  interface FastifyRequest {
    fingerprint: string | undefined;
    /** The claim on the Idempotency-Key: other requests with it get 409 meanwhile. */
    admission: Free | undefined;
    /** The log of a keyed request; set when its work begins. */
    keyLog: KeyLog | undefined;
  }
}

export interface IdempotencyOptions {
  /** Called with what becomes of each request with a key. */
  onAdmission(kind: Admission['kind']): void;
}

const visibleAscii = /^[!-~]{1,255}$/;
const inProgressRetryAfter = 1;

/**
 * Lets any POST in an account carry an Idempotency-Key: when it is sent again, a success is replayed and a failure goes
 * on where it stopped. Register it before the routes.
 */
export const idempotency = fp(
  async (app: FastifyInstance, options: IdempotencyOptions) => {
    app.decorateRequest('fingerprint');
    app.decorateRequest('admission');
    app.decorateRequest('keyLog');
    app.addHook('onRoute', (route: RouteOptions) => {
      if (route.method !== 'POST' || route.config?.inAccount !== true) return;
      const { handler, preValidation = [], onSend = [] } = route;
      documentKey(route);
      // Before templates and validation change the body.
      route.preValidation = [(request, reply) => readKey(options, request, reply), turn, ...[preValidation].flat()];
      route.handler = function (request, reply) {
        const { admission } = request;
        if (admission === undefined) return handler.call(this, request, reply);
        options.onAdmission('free');
        request.keyLog = admission.log;
        const answer = carryOut(admission, async () => handler.call(this, request, reply));
        return answer.then((text) => sendAnswer(reply, text));
      };
      route.onSend = [releaseUnlessBegun, ...[onSend].flat()];
    });
  },
  { name: 'idempotency', fastify: '5.x', dependencies: ['accounts', 'problems', 'json-body'] },
);

/** Of the body as it came: to be called before templates and validation change it. */
export function fingerprintOfRequest(request: FastifyRequest): string {
  request.fingerprint ??= fingerprintOf(request.routeOptions.url ?? '', request.body);
  return request.fingerprint;
}

/** Undefined where none was sent. Throws INVALID_REQUEST: a job without one has a key of another form, and nobody else. */
export function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  // Node joins repeated headers with a comma and a space.
  if (typeof key !== 'string' || !visibleAscii.test(key)) {
    throw new Problem('INVALID_REQUEST', accessMessages.keyForm);
  }
  return key;
}

async function readKey(options: IdempotencyOptions, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const key = idempotencyKeyOf(request);
  if (key === undefined) return undefined;
  const admission = await admitKey(request, key);
  if (admission.kind !== 'free') return turnAway(options, admission, reply);
  request.admission = admission;
  return undefined;
}

/** A request that is refused before its work begins releases its key. */
async function releaseUnlessBegun({ admission, keyLog }: FastifyRequest): Promise<void> {
  if (keyLog === undefined) admission?.release();
}

/** Decides by the journal what becomes of a request with that key. Throws OVERLOADED. */
export async function admitKey(request: FastifyRequest, key: string): Promise<Admission> {
  try {
    const { journal } = accountOf(request);
    return await journal.admit({ caller: request.caller, key }, fingerprintOfRequest(request));
  } catch (cause) {
    throw new Problem('OVERLOADED', serviceMessages.journalUnreadable, { cause });
  }
}

/** Answers a request whose key is not free. Throws IDEMPOTENCY_KEY_REUSED and IDEMPOTENCY_IN_PROGRESS. */
export function turnAway({ onAdmission }: IdempotencyOptions, admission: Refusal, reply: FastifyReply): FastifyReply {
  onAdmission(admission.kind);
  switch (admission.kind) {
    case 'done':
      return sendAnswer(reply.header('idempotency-replayed', 'true'), admission.response);
    case 'reused':
      throw new Problem('IDEMPOTENCY_KEY_REUSED', accessMessages.keyReused);
    case 'in-work':
      throw new Problem('IDEMPOTENCY_IN_PROGRESS', accessMessages.keyInWork, {
        retryAfter: inProgressRetryAfter,
      });
  }
}

export function sendAnswer(reply: FastifyReply, answer: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(answer);
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { inTurn } from '../../messages/message.ts';
import { requestMessages } from '../../messages/requests.ts';
import { Problem } from '../../problems/problem.ts';
import { cut } from '../../text/names.ts';
import { parseJson } from '../../text/parse-json.ts';
import { turn } from '../large-bodies.ts';
import { readPreference } from '../prefer.ts';
import { unflatten } from './flat-body.ts';
import { flatParam, flatValue } from './flat-param.ts';
import { flatten } from './flatten.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The schema of the params; with it the route gives flat answers. */
    flat?: object;
  }
  interface FastifyRequest {
    /** Whether the answer is to be one object of scalars, with status 200. */
    isFlat: boolean;
    /** Whether the body came as a form. */
    isForm: boolean;
  }
}

export interface FlatAnswersOptions {
  /** Whether another replica has passed the request on. */
  isPassed(request: FastifyRequest): boolean;
}

/** What is refused with one of these before the step begins keeps it. */
const keptStatuses = new Set([401, 403, 404, 405, 413, 415, 421]);
/** Who has passed a request on goes by these: it sends the request again, or makes the answer flat itself. */
const judgedStatuses = new Set([409, 421, 503]);
const misdirectedStatus = 421;

/**
 * Flat bodies and answers, for callers that read only 2xx answers and plain paths. Register it after auth and before
 * what reads a body.
 */
export const flatAnswers = fp(
  async (app: FastifyInstance, { isPassed }: FlatAnswersOptions) => {
    app.decorateRequest('isForm', false);
    app.decorateRequest('isFlat', false);
    app.addHook('onRequest', async (request) => {
      request.isFlat = wantsFlat(request);
    });
    app.addHook('preValidation', turn);
    // Before the key is read, which goes by the body as the step gets it.
    app.addHook('preValidation', async (request) => {
      const { isFlat, isForm, body, routeOptions } = request;
      if (isFlat) request.body = unflatten(body, routeOptions.config.flat ?? {}, isForm);
    });
    app.addHook('onSend', async (request, reply, payload) => {
      const { isFlat, operation, leftMs } = request;
      const { statusCode } = reply;
      if (!isFlat || (operation === undefined && keptStatuses.has(statusCode))) return payload;
      const isJudged = judgedStatuses.has(statusCode);
      // An earlier release, which does not say how long it waits, looks for the owner alone.
      const isLeft = statusCode === misdirectedStatus || leftMs < Number.POSITIVE_INFINITY;
      if (isJudged && isLeft && isPassed(request)) return payload;
      // As the owner has sent it: flat, unless it is judged here.
      if (Buffer.isBuffer(payload) && isJudged) return flatAnswer(reply, String(payload));
      return typeof payload === 'string' ? flatAnswer(reply, payload) : payload;
    });
  },
  { name: 'flat-answers', fastify: '5.x', dependencies: ['auth', 'problems', 'dry-run', 'operations'] },
);

function wantsFlat({ query, headers, isDryRun, routeOptions }: FastifyRequest): boolean {
  const value: unknown = routeOptions.config.flat === undefined ? undefined : Object(query)[flatParam];
  if (value === undefined) return false;
  if (value !== flatValue) {
    throw new Problem('INVALID_REQUEST', requestMessages.flatValue(flatParam, flatValue, cut(String(value))));
  }
  if (isDryRun) throw new Problem('INVALID_REQUEST', requestMessages.flatDryRun);
  if (readPreference(headers.prefer).respondAsync) {
    throw new Problem('INVALID_REQUEST', requestMessages.flatLater);
  }
  return true;
}

function flatAnswer(reply: FastifyReply, payload: string): string {
  const {
    result = {},
    success,
    code = '',
    detail = '',
    retryable = false,
    warnings = [],
    context,
  } = Object(parseJson(payload));
  const isOk = success === true;
  const error = isOk ? '' : String(Object(context).__step_error__ ?? '');
  const warned = warnings.length === 0 ? {} : { warning: inTurn(warnings) };
  const flat = flatten({ ok: isOk, code, error, detail, retryable, ...warned }, isOk ? result : {});
  reply.code(200).type('application/json; charset=utf-8');
  return JSON.stringify(flat);
}

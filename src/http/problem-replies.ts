import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { bodyMessages } from '../messages/json.ts';
import type { Message } from '../messages/message.ts';
import { requestMessages } from '../messages/requests.ts';
import { describeError, type ErrorCode } from '../problems/catalogue.ts';
import type { ProblemDocument } from '../problems/document.ts';
import { makeDocument } from '../problems/make-document.ts';
import { asProblem, Problem, problemOfFaults } from '../problems/problem.ts';
import { faultsOfValidation } from '../schemas/schema-faults.ts';
import { steps } from '../steps/index.ts';
import { nearTypes } from '../steps/near-types.ts';
import { notOfferedProblem } from '../steps/not-offered.ts';
import { DatabaseFault, wordsOfFailure } from '../store/database-fault.ts';
import { cut } from '../text/names.ts';
import { type Addresses, collectAddresses } from './collect-addresses.ts';
import { maxBodyBytes } from './json-body.ts';
import { speak } from './language.ts';
import { nameHeader } from './name-header.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The Russian name of the step that the route carries out. */
    label?: string;
  }
  interface FastifyRequest {
    /** Called with the failure that the request ends in. */
    onProblem: ((code: ErrorCode) => void) | undefined;
  }
}

const stepTypes = steps.map(({ type }) => type);

export const problemType = 'application/problem+json';
/** Seconds of `Retry-After` where a 503 has no better value. */
export const defaultRetryAfter = 5;
/** Codes for bodies that cannot be accepted. */
const bodyStatuses = [400, 413, 415];

/** Turns every error into the one form of failure: RFC 9457 with `__step_error__` in the caller's context. */
export const problems = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('onProblem');
    const addresses = collectAddresses(app);
    const misdirected = (request: FastifyRequest, reply: FastifyReply) => problemOfAddress(addresses, request, reply);
    app.setErrorHandler((error: FastifyError, request, reply) => {
      // For an unknown route its body does not matter.
      const isMisplaced = request.is404 && bodyStatuses.includes(toProblem(error, request).status);
      return sendProblem(isMisplaced ? misdirected(request, reply) : error, request, reply);
    });
    app.setNotFoundHandler((request, reply) => sendProblem(misdirected(request, reply), request, reply));
  },
  { name: 'problems', fastify: '5.x' },
);

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const document = tellProblem(error, request, reply);
  return reply.type(problemType).send(JSON.stringify(document));
}

/** Sets the status and the headers of a failure, logs and counts it; gives its document, to be sent in whatever form. */
export function tellProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): ProblemDocument {
  const problem = toProblem(error, request);
  const failed = {
    id: request.id,
    label: request.routeOptions.config.label,
    body: request.body,
    written: request.operation?.written ?? request.admission?.log.written(),
    keyed: request.headers['idempotency-key'] !== undefined,
  };
  const language = speak(request, reply);
  const document = makeDocument(problem, failed, language);
  request.onProblem?.(document.code);
  if (document.status >= 500) {
    const { title } = describeError(document.code);
    request.log.error({ reqId: request.id, err: error, code: document.code }, title.en);
  }
  const retryAfter = problem.retryAfter ?? (document.status === 503 ? defaultRetryAfter : undefined);
  if (retryAfter !== undefined) reply.header('retry-after', Math.ceil(retryAfter));
  reply.code(document.status);
  return document;
}

const frameworkCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

const frameworkWords: Record<string, Message> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: bodyMessages.wrongContentType,
  FST_ERR_CTP_BODY_TOO_LARGE: bodyMessages.tooLarge(maxBodyBytes),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: requestMessages.otherLength,
  FST_ERR_BAD_URL: requestMessages.badUrl,
};

function toProblem(error: unknown, { headers }: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DatabaseFault)
    return new Problem('OVERLOADED', wordsOfFailure(error, error.text), { cause: error });
  const { validation, statusCode = 500, code = '', message = '' }: Partial<FastifyError> = Object(error);
  const [first, ...rest] = faultsOfValidation(validation ?? []);
  if (first !== undefined) return problemOfFaults([first, ...rest]);
  const known = frameworkCodes[code];
  const fault = frameworkWords[code] ?? requestMessages.refusedByFramework(message);
  const words = known === 'UNSUPPORTED_MEDIA_TYPE' ? nameHeader(fault, mediaType(headers['content-type'])) : fault;
  if (known !== undefined) return new Problem(known, words, { cause: error });
  if (statusCode >= 400 && statusCode < 500) return new Problem('INVALID_REQUEST', words, { cause: error });
  return asProblem(error);
}

/** The media type in a header; undefined for anything else, which may be a key that stands in the wrong place. */
function mediaType(header = ''): string | undefined {
  return /^(?:application|audio|font|image|model|multipart|text|video)\/[\w.+-]+/i.exec(header)?.[0];
}

function problemOfAddress(addresses: Addresses, request: FastifyRequest, reply: FastifyReply): Problem {
  // Requests to proxies have absolute URLs.
  const [path = ''] = request.url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  const allowed = addresses.methodsOf(path);
  if (allowed.length > 0) {
    reply.header('allow', allowed.join(', '));
    return new Problem('METHOD_NOT_ALLOWED', requestMessages.methodNotAllowed(request.method, allowed.join(', ')));
  }
  if (path.startsWith('/steps/')) {
    const type = path.slice('/steps/'.length);
    const notOffered = notOfferedProblem(type);
    if (notOffered !== undefined) return notOffered;
    const [near] = nearTypes(type, stepTypes);
    const { unknownStep, unknownStepNear } = requestMessages;
    return new Problem('UNKNOWN_STEP', near === undefined ? unknownStep(cut(type)) : unknownStepNear(cut(type), near));
  }
  const [step] = nearTypes(path.slice(path.lastIndexOf('/') + 1), stepTypes);
  const near = step === undefined ? addresses.near(path) : `/steps/${step}`;
  const { noRoute, noRouteNear } = requestMessages;
  return new Problem('NOT_FOUND', near === undefined ? noRoute : noRouteNear(near));
}

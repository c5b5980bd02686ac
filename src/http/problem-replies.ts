import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { describeError, type ErrorCode } from '../problems/catalogue.ts';
import type { ProblemDocument } from '../problems/document.ts';
import { isRetryable, Problem, problemOfFaults, type Written } from '../problems/problem.ts';
import { formatPath, inDocumentOrder } from '../schemas/document-order.ts';
import { faultsOfValidation } from '../schemas/schema-faults.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The Russian name of the step that the route carries out. */
    label?: string;
  }
  interface FastifyRequest {
    /** What amoCRM has confirmed for this request, in order; set once a step runs. */
    written: Written[] | undefined;
    /** Told of the failure that the request ends in. */
    onProblem: ((code: ErrorCode) => void) | undefined;
  }
}

export const problemType = 'application/problem+json';
const maxFaults = 50;
/** Seconds, where a 503 has no better word on when to come back. */
const defaultRetryAfter = 5;
/** Of bodies that cannot be taken. */
const bodyStatuses = [400, 413, 415];

/** Turns whatever fails into the one form of failure, RFC 9457 with `__step_error__` in the caller's context. */
export const problems = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('written');
    app.decorateRequest('onProblem');
    app.setErrorHandler((error: FastifyError, request, reply) => {
      // Where there is no route, its body does not matter.
      const isMisplaced = request.is404 && bodyStatuses.includes(toProblem(error).status);
      return sendProblem(isMisplaced ? misdirected(app, request, reply) : error, request, reply);
    });
    app.setNotFoundHandler((request, reply) => sendProblem(misdirected(app, request, reply), request, reply));
  },
  { name: 'problems', fastify: '5.x' },
);

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  const document = toDocument(problem, request);
  request.onProblem?.(document.code);
  if (document.status >= 500) request.log.error({ err: error, code: document.code }, document.title);
  const retryAfter = problem.retryAfter ?? (document.status === 503 ? defaultRetryAfter : undefined);
  if (retryAfter !== undefined) reply.header('retry-after', Math.ceil(retryAfter));
  return reply.code(document.status).type(problemType).send(JSON.stringify(document));
}

const frameworkCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { validation, statusCode = 500, code = '', message = '' }: Partial<FastifyError> = Object(error);
  const [first, ...rest] = faultsOfValidation(validation ?? []);
  if (first !== undefined) return problemOfFaults([first, ...rest]);
  const known = frameworkCodes[code];
  if (known !== undefined) return new Problem(known, message, { cause: error });
  if (statusCode >= 400 && statusCode < 500) return new Problem('INVALID_REQUEST', message, { cause: error });
  return new Problem('INTERNAL_ERROR', 'An unexpected failure; the log has it under the request’s id', {
    cause: error,
  });
}

function toDocument(problem: Problem, request: FastifyRequest): ProblemDocument {
  // A request that fails before its first hook (an undecodable URL, a shutdown) has no list yet.
  const { body, headers, written = [] } = request;
  const { progress } = problem;
  const label = progress === undefined ? request.routeOptions.config.label : progress.label;
  const faults = inDocumentOrder(problem.faults, body);
  // Of several faults the first of the document speaks for all.
  const code = faults[0]?.code ?? problem.code;
  const status = faults[0] === undefined ? problem.status : describeError(code).status;
  const errors = faults.slice(0, maxFaults).map(({ path, message }) => ({ path: formatPath(path), message }));
  return {
    type: 'about:blank',
    title: describeError(code).title,
    status,
    code,
    detail: errors.length === 0 ? problem.detail : summarize(errors, faults.length),
    instance: request.id,
    retryable: isRetryable(status, code, { written, keyed: headers['idempotency-key'] !== undefined }),
    ...(errors.length === 0 ? {} : { errors }),
    ...(written.length === 0 ? {} : { written }),
    success: false,
    ...(progress === undefined ? {} : { failed_step: progress.failed_step, steps: progress.steps }),
    context: { ...(progress?.context ?? contextOf(body)), __step_error__: stepError(code, label) },
  };
}

function summarize(errors: readonly { path: string; message: string }[], total: number): string {
  const shown = errors.slice(0, 3).map(({ path, message }) => (path === '' ? message : `${path} ${message}`));
  return [...shown, ...(total > 3 ? [`and ${total - 3} more`] : [])].join('; ');
}

function contextOf(body: unknown): Record<string, unknown> {
  const context: unknown = Object(body).context;
  return typeof context === 'object' && context !== null && !Array.isArray(context) ? { ...context } : {};
}

function stepError(code: ErrorCode, label: string | undefined): string {
  return `AmoCRM${label === undefined ? '' : ` ${label}`}: ${describeError(code).sentence}`;
}

function misdirected(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): Problem {
  // Proxies ask with whole addresses.
  const [path = ''] = request.url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  const allowed = (['GET', 'HEAD', 'POST'] as const).filter((method) => app.hasRoute({ method, url: path }));
  if (allowed.length > 0) {
    reply.header('allow', allowed.join(', '));
    return new Problem('METHOD_NOT_ALLOWED', `${request.method} is not allowed here; allowed: ${allowed.join(', ')}`);
  }
  if (path.startsWith('/steps/')) {
    return new Problem('UNKNOWN_STEP', 'There is no such step type; GET /steps lists them');
  }
  return new Problem('NOT_FOUND', 'There is no such route; see /docs');
}

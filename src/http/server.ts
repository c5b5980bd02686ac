import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { RequestCounts } from '../telemetry/count-requests.ts';
import { answerBrokenHttp } from './broken-http.ts';
import { maxBodyBytes } from './json-body.ts';
import { sendProblem } from './problem-replies.ts';
import { requestId } from './request-log.ts';

interface ServerOptions {
  config: { stepDeadlineMs: number; scenarioDeadlineMs: number };
  logger: NonNullable<FastifyServerOptions['logger']>;
  requests: RequestCounts;
  rewriteUrl: FastifyServerOptions['rewriteUrl'];
}

/** Fastify with the bounds of its connections; what is refused before any hook is answered and counted here. */
export function createServer({ config, logger, requests, rewriteUrl }: ServerOptions): FastifyInstance {
  return Fastify({
    ...(rewriteUrl && { rewriteUrl }),
    logger,
    bodyLimit: maxBodyBytes,
    // Node would apply the longer of the two to bodies, and checks only every 30 s by default.
    requestTimeout: 15_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, requireHostHeader: false },
    // For clients that do not read their answers: nothing else takes so long without a byte.
    connectionTimeout: Math.max(config.stepDeadlineMs, config.scenarioDeadlineMs) + 30_000,
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own would cost each waiting request 300 bytes; lines name their request themselves.
    childLoggerFactory: (shared) => shared,
    genReqId: requestId,
    // After the drain at shutdown; idle connections must not delay the exit.
    forceCloseConnections: true,
    async clientErrorHandler(error, socket) {
      const code = await answerBrokenHttp(error, socket);
      if (code !== undefined) requests.onBroken(socket, code);
    },
    frameworkErrors(error, request, reply) {
      requests.begin(request);
      reply.raw.on('close', () => requests.end(request, reply));
      return sendProblem(error, request, reply);
    },
  });
}

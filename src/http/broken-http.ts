import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { Message } from '../messages/message.ts';
import { requestMessages } from '../messages/requests.ts';
import type { ErrorCode } from '../problems/catalogue.ts';
import { makeDocument } from '../problems/make-document.ts';
import { Problem } from '../problems/problem.ts';
import { answered, lineOf } from './connections.ts';
import { problemType } from './problem-replies.ts';

type ParserError = Error & { code?: string };
type Failure = [code: ErrorCode, detail: Message];

const failures: Record<string, Failure> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', requestMessages.tooSlow],
  HPE_INVALID_URL: ['INVALID_REQUEST', requestMessages.badAddress],
  HPE_HEADER_OVERFLOW: ['HEADERS_TOO_LARGE', requestMessages.headersTooLarge],
};

/** What Node would answer in its own form, or not at all. */
export const brokenHttp = fp(
  async (app: FastifyInstance) => {
    // An unknown `Expect` header may be ignored (RFC 9110 10.1.1).
    app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
    app.server.on('connect', refuseTunnel);
    app.addHook('onRequest', async ({ headers, raw }) => {
      if (headers.host === undefined && raw.httpVersion === '1.1') {
        throw new Problem('INVALID_REQUEST', requestMessages.noHost);
      }
    });
  },
  { name: 'broken-http', fastify: '5.x' },
);

/** Connections that have been ended with a failure. */
const failed = new WeakSet<Socket>();

/**
 * Requests that Node's parser rejects never reach the error handler; here they get the same form of failure, after
 * earlier answers of the connection. Returns its code where an answer was possible.
 */
export async function answerBrokenHttp(error: ParserError, socket: Socket): Promise<ErrorCode | undefined> {
  const { code = '' } = error;
  // Node reports a time-out again while the client keeps the connection open.
  if (code === 'ECONNRESET' || (failed.has(socket) && socket.writableEnded)) socket.destroy();
  if (failed.has(socket)) return undefined;
  failed.add(socket);
  const line = lineOf(socket);
  const { last, before } = line;
  const isOfLast = last?.request.complete === false;
  await (isOfLast ? before : answered(line));
  if (isOfLast && last.response.headersSent) socket.destroy();
  if (!socket.writable) {
    socket.destroy();
    return undefined;
  }
  return end(socket, failures[code] ?? ['INVALID_REQUEST', requestMessages.notHttp]);
}

function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  // Node no longer manages this socket.
  socket.on('error', () => socket.destroy());
  end(socket, ['METHOD_NOT_ALLOWED', requestMessages.noProxy], 'Allow: GET, HEAD, POST');
  socket.once('finish', () => socket.destroy());
}

function end(socket: Duplex, [code, detail]: Failure, ...headers: string[]): ErrorCode {
  const document = makeDocument(new Problem(code, detail), { id: '' });
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${document.title}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...headers,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  return code;
}

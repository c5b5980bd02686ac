import type { Socket } from 'node:net';
import { describeError, type ErrorCode } from '../errors.ts';
import type { ProblemDocument } from '../schemas/problem.ts';
import { problemType } from './problems.ts';

/**
 * Requests that Node's parser gives up on never reach the error handler; they get the same form of failure here. Gives its
 * code, where an answer was possible.
 */
export function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): ErrorCode | undefined {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const code: ErrorCode = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TIMEOUT' : 'INVALID_REQUEST';
  const { status, title, sentence } = describeError(code);
  const document: ProblemDocument = {
    type: 'about:blank',
    title,
    status,
    code,
    detail: error.code === 'HPE_HEADER_OVERFLOW' ? 'The headers are too large' : 'The request is not valid HTTP',
    instance: '',
    retryable: false,
    success: false,
    context: { __step_error__: `AmoCRM: ${sentence}` },
  };
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  return code;
}

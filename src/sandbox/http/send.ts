import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, headersOf(answer)).end(answer.body);
}

export function headersOf({ status, headers, body }: Answer): Record<string, string | number> {
  const requestId = randomBytes(16).toString('hex');
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  return { ...headers, ...length, 'x-request-id': requestId };
}

export function hostOf(request: IncomingMessage): string {
  return request.headers.host ?? 'sandbox.amocrm.ru';
}

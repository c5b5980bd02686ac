import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/** Answers, dated by that clock (wall-clock ms). */
export function send(response: ServerResponse, answer: Answer, now: number): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, headersOf(answer, now)).end(answer.body);
}

export function headersOf({ status, headers, body }: Answer, now: number): Record<string, string | number> {
  const date = new Date(now).toUTCString();
  const requestId = randomBytes(16).toString('hex');
  const length = status === 204 || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  return { date, ...headers, ...length, 'x-request-id': requestId };
}

export function hostOf(request: IncomingMessage): string {
  return request.headers.host ?? 'sandbox.amocrm.ru';
}

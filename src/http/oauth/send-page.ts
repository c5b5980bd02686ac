import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { Language } from '../../messages/message.ts';
import { speak } from '../language.ts';
import { sendProblem, tellProblem } from '../problem-replies.ts';
import { pagePolicy } from './pages.ts';

/** Whether a person reads the answer: programs that take anything get JSON. */
export function wantsPage({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return new Negotiator({ headers }).mediaType(['application/json', 'text/html']) === 'text/html';
}

export function sendPage(request: FastifyRequest, reply: FastifyReply, draw: (language: Language) => string) {
  const markup = draw(speak(request, reply));
  return (
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', pagePolicy)
      // With `no-referrer` browsers send a form of the page itself with `Origin: null`, as one of another site.
      .header('referrer-policy', 'same-origin')
      .send(markup)
  );
}

/** The error handler of routes for browsers: a page that says what is wrong, or a problem document. */
export function sendFault(draw: (language: Language, fault: string) => string) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    if (!wantsPage(request)) return sendProblem(error, request, reply);
    const { detail } = tellProblem(error, request, reply);
    return sendPage(request, reply, (language) => draw(language, detail));
  };
}

import { type Answer, html, noContent, problem, typed } from '../http/answer.ts';
import type { FaultAction, ForeignWrite } from './actions.ts';
import { editFor, editItems } from './edit-items.ts';

/** A request under way, as a fault sees it. */
export interface Exchange {
  /** Does what the request asks, once, and returns the ordinary answer. */
  process(): Answer;
  send(answer: Answer): void;
  /** Sends headers that announce the whole body, then only its first bytes; resolves when they are gone. */
  sendStart(answer: Answer, bytes: number): Promise<void>;
  drop(): void;
  /** Resolves with true when it is time, with false when nothing shall come of it any more. */
  wait(ms: number | undefined): Promise<boolean>;
  /** Path and query of the request. */
  target: string;
  /** Lets another user write. */
  writeMeanwhile(write: ForeignWrite): void;
  ban(): void;
  tooMany(): Answer;
}

type Action<K> = Extract<FaultAction, { kind: K }>;
type Performers = { [K in FaultAction['kind']]: (action: Action<K>, exchange: Exchange) => unknown };

// Seen on live accounts: a 400 without validation-errors, which passes when the request is sent again.
const SYSTEM_ERROR = { detail: 'Возникла системная ошибка. Пожалуйста, повторите попытку.' };

const performers: Performers = {
  status: ({ status, body = 'problem', headers }, exchange) =>
    exchange.send(withHeaders(answerWith(status, body), headers)),
  redirect: ({ to, status = 302 }, exchange) =>
    exchange.send(withHeaders(html(status), { location: new URL(exchange.target, to).href })),
  drop: (_, exchange) => exchange.drop(),
  hang: () => {},
  delay: async ({ ms, next }, exchange) => {
    if (await exchange.wait(ms)) await proceed(next, exchange);
    else exchange.drop();
  },
  after: ({ next }, exchange) => {
    exchange.process();
    return perform(next, exchange);
  },
  late: ({ ms, next = { kind: 'hang' } }, exchange) => {
    const processed = exchange.wait(ms).then((isDue) => isDue && exchange.process());
    return Promise.all([processed, perform(next, exchange)]);
  },
  meanwhile: ({ kind, next, ...write }, exchange) => {
    exchange.writeMeanwhile(write);
    return proceed(next, exchange);
  },
  cut: async ({ bytes }, exchange) => {
    await exchange.sendStart(exchange.process(), bytes);
    exchange.drop();
  },
  stall: ({ bytes }, exchange) => exchange.sendStart(exchange.process(), bytes),
  garbled: (_, exchange) => {
    const answer = exchange.process();
    exchange.send({ ...answer, body: `${answer.body.slice(0, answer.body.length / 2)}]]` });
  },
  omit: ({ keep = 0 }, exchange) => exchange.send(editItems(exchange.process(), (items) => items.slice(0, keep))),
  'wrong-answer': ({ how, at = 0 }, exchange) => exchange.send(editItems(exchange.process(), editFor(how, at))),
  'system-error': (_, exchange) => exchange.send(typed(400, 'application/problem+json', JSON.stringify(SYSTEM_ERROR))),
  unauthorized: (_, exchange) => exchange.send(problem(401, 'Invalid user name or password')),
  'payment-required': (_, exchange) => exchange.send(problem(402, 'Payment required')),
  'too-many': ({ retryAfter }, exchange) =>
    exchange.send(withHeaders(exchange.tooMany(), retryAfter === undefined ? {} : { 'retry-after': retryAfter })),
  'empty-page': (_, exchange) => exchange.send(noContent()),
  ban: (_, exchange) => {
    exchange.ban();
    exchange.send(html(403));
  },
};

export function perform<K extends FaultAction['kind']>(action: Action<K>, exchange: Exchange): unknown {
  const performer: (action: Action<K>, exchange: Exchange) => unknown = performers[action.kind];
  return performer(action, exchange);
}

function proceed(next: FaultAction | undefined, exchange: Exchange): unknown {
  return next ? perform(next, exchange) : exchange.send(exchange.process());
}

function answerWith(status: number, body: unknown): Answer {
  if (status === 204) return noContent();
  if (body === 'html') return html(status);
  if (body === 'problem') return problem(status, 'Injected fault');
  if (typeof body === 'string') return typed(status, 'text/plain; charset=utf-8', body);
  return typed(status, status < 400 ? 'application/hal+json' : 'application/problem+json', JSON.stringify(body));
}

function withHeaders(answer: Answer, headers: Record<string, string> = {}): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

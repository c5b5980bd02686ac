import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, html, noContent, problem, typed } from '../http/answer.ts';
import { isObject } from '../http/read-body.ts';
import type { FaultAction } from './rules.ts';

/** A request under way, as a fault sees it. */
export interface Exchange {
  /** Does what the request asks, once, and returns the ordinary answer. */
  process(): Answer;
  send(answer: Answer): void;
  /** Sends headers that announce the whole body, then only its first bytes, then breaks the connection. */
  sendCut(answer: Answer, bytes: number): void;
  drop(): void;
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
  drop: (_, exchange) => exchange.drop(),
  hang: () => {},
  delay: async ({ ms, next }, exchange) => {
    await sleep(ms, undefined, { ref: false });
    if (next) perform(next, exchange);
    else exchange.send(exchange.process());
  },
  after: ({ next }, exchange) => {
    exchange.process();
    perform(next, exchange);
  },
  cut: ({ bytes }, exchange) => exchange.sendCut(exchange.process(), bytes),
  garbled: (_, exchange) => {
    const answer = exchange.process();
    exchange.send({ ...answer, body: `${answer.body.slice(0, answer.body.length / 2)}]]` });
  },
  omit: ({ keep = 0 }, exchange) => exchange.send(omitItems(exchange.process(), keep)),
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

function answerWith(status: number, body: unknown): Answer {
  if (body === 'html') return html(status);
  if (body === 'problem') return problem(status, 'Injected fault');
  if (typeof body === 'string') return typed(status, 'text/plain; charset=utf-8', body);
  return typed(status, status < 400 ? 'application/hal+json' : 'application/problem+json', JSON.stringify(body));
}

function withHeaders(answer: Answer, headers: Record<string, string> = {}): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function omitItems(answer: Answer, keep: number): Answer {
  const body: unknown = answer.body === '' ? undefined : JSON.parse(answer.body);
  if (!isObject(body) || !isObject(body._embedded)) return answer;
  const lists = Object.entries(body._embedded).map(([key, list]) => [
    key,
    Array.isArray(list) ? list.slice(0, keep) : list,
  ]);
  return { ...answer, body: JSON.stringify({ ...body, _embedded: Object.fromEntries(lists) }) };
}

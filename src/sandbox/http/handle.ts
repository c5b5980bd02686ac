import type { Call } from '../api/call.ts';
import { API } from '../api/routes.ts';
import type { World } from '../world.ts';
import { type Answer, Refused } from './answer.ts';
import { parseQuery } from './query.ts';
import { route } from './router.ts';

export interface Task {
  method: string;
  url: URL;
  host: string;
  body: unknown;
  userId: number;
}

/** Does what a request asks, in the name of that user. */
export function handle({ store, settings }: World, { method, url, host, body, userId }: Task): Answer {
  const { handler, ids, texts } = route(API, method, url.pathname);
  const query = parseQuery(url.search);
  const call: Call = { method, path: url.pathname, host, query, body, ids, texts, userId, store, settings };
  try {
    return handler(call);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

import type { Call } from '../api/call.ts';
import { type Answer, problem } from './answer.ts';

export type Handler = (call: Call) => Answer;
/** Path (numbers written as `:id`) → method → handler. */
export type Routes = Record<string, Partial<Record<string, Handler>>>;

/** Finds the handler; numbers in the path become call.ids. */
export function route(routes: Routes, method: string, path: string): { handler: Handler; ids: number[] } {
  const ids: number[] = [];
  const shape = path.replace(/\/(\d+)(?=\/|$)/g, (_, digits: string) => {
    ids.push(Number(digits));
    return '/:id';
  });
  const methods = Object.hasOwn(routes, shape) ? routes[shape] : undefined;
  if (methods === undefined) return { handler: cannot, ids };
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  return { handler: handler ?? wrongMethod, ids };
}

function cannot(call: Call): Answer {
  return problem(404, `Cannot ${call.method} https://${call.host}${call.path}`);
}

function wrongMethod(): Answer {
  return problem(405, 'Method Not Allowed');
}

import type { Call } from '../api/call.ts';
import { type Answer, problem } from './answer.ts';

export type Handler = (call: Call) => Answer;
/** Path (numbers written as `:id`, any one word as `:text`) → method → handler. */
export type Routes = Record<string, Partial<Record<string, Handler>>>;

interface Routed {
  handler: Handler;
  ids: number[];
  texts: string[];
}

/** Finds the handler; numbers in the path become call.ids, words in place of `:text` call.texts. */
export function route(routes: Routes, method: string, path: string): Routed {
  const { methods, ids, texts } = byNumbers(routes, path) ?? byWords(routes, path) ?? NOWHERE;
  if (methods === undefined) return { handler: cannot, ids, texts };
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  return { handler: handler ?? wrongMethod, ids, texts };
}

/** One table of several; a path may have some of its methods in each. */
export function merged(...tables: Routes[]): Routes {
  const all: Routes = {};
  for (const [path, methods] of tables.flatMap((table) => Object.entries(table))) {
    all[path] = { ...all[path], ...methods };
  }
  return all;
}

const NOWHERE = { methods: undefined, ids: [], texts: [] };

function byNumbers(routes: Routes, path: string) {
  const ids: number[] = [];
  const shape = path.replace(/\/(\d+)(?=\/|$)/g, (_, digits: string) => {
    ids.push(Number(digits));
    return '/:id';
  });
  return Object.hasOwn(routes, shape) ? { methods: routes[shape], ids, texts: [] } : undefined;
}

function byWords(routes: Routes, path: string) {
  const words = path.split('/');
  const shapes = Object.keys(routes).filter((shape) => shape.includes(':text'));
  const shape = shapes.find((each) => fits(each.split('/'), words));
  if (shape === undefined) return undefined;
  const at = (name: string) => words.filter((_, index) => shape.split('/')[index] === name);
  return { methods: routes[shape], ids: at(':id').map(Number), texts: at(':text') };
}

function fits(shape: string[], words: string[]): boolean {
  return shape.length === words.length && shape.every((part, index) => stands(part, words[index] ?? ''));
}

function stands(part: string, word: string): boolean {
  if (part === ':text') return word !== '';
  return part === ':id' ? /^\d+$/.test(word) : part === word;
}

function cannot(call: Call): Answer {
  return problem(404, `Cannot ${call.method} https://${call.host}${call.path}`);
}

function wrongMethod(): Answer {
  return problem(405, 'Method Not Allowed');
}

import { isObject } from '../http/read-body.ts';
import type { FaultAction } from './actions.ts';

export interface FaultRule {
  method?: string;
  /** A prefix of the path (without the query), or an expression that it matches. */
  path?: string | RegExp;
  /** Only bodies of more than so many items. */
  itemsOver?: number;
  /** Only bodies with an item in whose JSON this text occurs, or that passes the test. */
  item?: string | ((item: Record<string, unknown>) => boolean);
  /** How many requests get the action; Infinity for all. Default 1. */
  times?: number;
  /** How many matching requests it leaves alone before it begins. */
  skip?: number;
  /** Of those after `skip`, each nth gets the action. */
  every?: number;
  action: FaultAction;
}

export interface FaultTarget {
  method: string;
  path: string;
  body: unknown;
}

interface Armed {
  rule: FaultRule;
  seen: number;
  left: number;
}

/**
 * The rules in order of addition: of those that are due the first decides what happens to a request. Requests refused by a
 * limit or a block never get here.
 */
export class Faults {
  #armed: Armed[] = [];

  /** Returns a function that removes the rule. */
  add(rule: FaultRule): () => void {
    const armed = { rule, seen: 0, left: rule.times ?? 1 };
    this.#armed.push(armed);
    return () => {
      this.#armed = this.#armed.filter((each) => each !== armed);
    };
  }

  clear(): void {
    this.#armed = [];
  }

  get rules(): FaultRule[] {
    return this.#armed.map(({ rule }) => rule);
  }

  /** The action for this request. Every matching rule counts it, so `skip` and `every` count requests, whichever rule decides. */
  next(request: FaultTarget): FaultAction | undefined {
    const due = this.#armed.filter((armed) => matches(armed.rule, request)).filter(isDue)[0];
    if (due === undefined) return undefined;
    due.left -= 1;
    if (due.left <= 0) this.#armed = this.#armed.filter((each) => each !== due);
    return due.rule.action;
  }
}

function isDue(armed: Armed): boolean {
  const { skip = 0, every = 1 } = armed.rule;
  armed.seen += 1;
  return armed.seen > skip && (armed.seen - skip) % every === 0;
}

function matches(rule: FaultRule, { method, path, body }: FaultTarget): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (rule.itemsOver !== undefined && itemsOf(body).length <= rule.itemsOver) return false;
  if (rule.item !== undefined && !itemsOf(body).some(testOf(rule.item))) return false;
  if (rule.path === undefined) return true;
  return typeof rule.path === 'string' ? path.startsWith(rule.path) : rule.path.test(path);
}

function itemsOf(body: unknown): Record<string, unknown>[] {
  const items: unknown[] = Array.isArray(body) ? body : [body];
  return items.filter(isObject);
}

function testOf(item: NonNullable<FaultRule['item']>): (item: Record<string, unknown>) => boolean {
  if (typeof item === 'function') return item;
  const text = JSON.stringify(item).slice(1, -1);
  return (sent) => JSON.stringify(sent).includes(text);
}

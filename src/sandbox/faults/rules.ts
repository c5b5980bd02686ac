/** What happens to a request in place of the ordinary answer. Without `after` nothing is processed. */
export type FaultAction =
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  | { kind: 'drop' }
  | { kind: 'hang' }
  | { kind: 'delay'; ms: number; next?: FaultAction }
  | { kind: 'after'; next: FaultAction }
  | { kind: 'cut'; bytes: number }
  | { kind: 'garbled' }
  | { kind: 'omit'; keep?: number }
  | { kind: 'system-error' }
  | { kind: 'unauthorized' }
  | { kind: 'payment-required' }
  | { kind: 'too-many'; retryAfter?: string }
  | { kind: 'empty-page' }
  | { kind: 'ban' };

export interface FaultRule {
  method?: string;
  /** A prefix of the path (without the query), or an expression that it matches. */
  path?: string | RegExp;
  /** How many requests it meets; Infinity for all. Default 1. */
  times?: number;
  /** So many matching requests pass before it begins. */
  skip?: number;
  /** Of those after `skip`, each nth is met. */
  every?: number;
  action: FaultAction;
}

interface Armed {
  rule: FaultRule;
  seen: number;
  left: number;
}

/**
 * The switchboard: of the rules in order of addition the first that is due meets the request. Requests refused by a limit
 * or a block never get here.
 */
export class Faults {
  #armed: Armed[] = [];

  /** Returns a function that takes the rule away again. */
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

  /** The action for this request. Every matching rule counts it, so `skip` and `every` mean requests, not turns. */
  next(method: string, path: string): FaultAction | undefined {
    const due = this.#armed.filter((armed) => matches(armed.rule, method, path)).filter(isDue)[0];
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

function matches(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  if (rule.path === undefined) return true;
  return typeof rule.path === 'string' ? path.startsWith(rule.path) : rule.path.test(path);
}

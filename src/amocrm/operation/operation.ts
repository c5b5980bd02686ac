import type { Written } from '../../problems/document.ts';
import { Problem } from '../../problems/problem.ts';
import type { WriteLog } from './write-log.ts';

/** One step's stay in the service layer: who asks, how long, and what it has written so far. */
export interface Operation {
  /** Name of the API key's owner. */
  caller: string;
  /** The request's id, as its log line has it; none for what the service does of its own accord. */
  requestIds: readonly string[];
  /** Ends waiting and reads: the deadline, a caller that hung up, a shutdown. Its reason is a Problem. */
  signal: AbortSignal;
  /** When that deadline is, monotonic milliseconds. */
  deadline: number;
  /** Whether a call to amoCRM has been made for it: what has begun comes before what has not. */
  hasBegun: boolean;
  /** What amoCRM has confirmed, in order. */
  written: Written[];
  /** What a request with a key has put on disk of its writes. */
  log?: WriteLog;
}

/**
 * An operation that ends at its deadline, or earlier when one of `signals` does. `ms` are milliseconds from now, and `now` is
 * the monotonic clock of the gate.
 */
export function startOperation(
  caller: string,
  ms: number,
  signals: readonly AbortSignal[],
  requestIds: readonly string[] = [],
  now: () => number = () => performance.now(),
): Operation & { end(): void } {
  const deadline = new AbortController();
  const expired = () => deadline.abort(new Problem('DEADLINE_EXCEEDED', `Not done within ${ms} ms`));
  const timer = setTimeout(expired, ms);
  return {
    caller,
    requestIds,
    deadline: now() + ms,
    signal: AbortSignal.any([deadline.signal, ...signals]),
    hasBegun: false,
    written: [],
    end: () => clearTimeout(timer),
  };
}

/** The promise's result, or the signal's reason if that comes first; whatever the promise stands for goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

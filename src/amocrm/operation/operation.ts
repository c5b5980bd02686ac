import { systemClock, type Timing } from '../../clock.ts';
import { serviceMessages } from '../../messages/requests.ts';
import type { Written } from '../../problems/document.ts';
import { Problem } from '../../problems/problem.ts';
import { Patrons } from './patrons.ts';
import type { ResolvedNames } from './resolved.ts';
import type { WriteLog } from './write-log.ts';

/** One step's run in the service layer: who asks, until when, and what it has written so far. */
export interface Operation {
  caller: string;
  /** Ids of the requests, as in the log; none for the service's own work. */
  requestIds: readonly string[];
  /** Aborts waits and reads: at the deadline, when the caller hangs up, at shutdown. Its reason is a Problem. */
  signal: AbortSignal;
  /** The deadline, monotonic milliseconds. */
  deadline: number;
  /** Whose turns it takes, beside those of its caller. */
  patrons?: Patrons;
  /** Whether a call to amoCRM has been made for it: steps that have begun go before those that have not. */
  hasBegun: boolean;
  /** Writes that amoCRM has confirmed, in order. */
  written: Written[];
  /** The write log of a request with an Idempotency-Key. */
  log?: WriteLog;
  /** Takes note of what names came to; in a dry run only. */
  resolved?: ResolvedNames;
  /** Takes note of the reads that were made for it, shared ones too; only where somebody wants to know. */
  reads?: Set<symbol>;
}

/**
 * An operation that aborts, until it is ended, after `ms` milliseconds or by one of `signals`. `clock` is the gate's. Its
 * signal is not made by `AbortSignal.any`: Node keeps such a signal for good while somebody listens, and all that it leads to.
 */
export function startOperation(
  caller: string,
  ms: number,
  signals: readonly AbortSignal[],
  requestIds: readonly string[] = [],
  clock: Timing = systemClock,
): Operation & { end(): void } {
  const controller = new AbortController();
  const expired = () => controller.abort(new Problem('DEADLINE_EXCEEDED', serviceMessages.notDoneWithin(ms)));
  const cancel = clock.after(ms, expired);
  const deadline = clock.now() + ms;
  const followed = signals.map((signal) => follow(signal, controller));
  return {
    caller,
    requestIds,
    deadline,
    patrons: new Patrons({ caller, deadline }),
    signal: controller.signal,
    hasBegun: false,
    written: [],
    end() {
      cancel();
      for (const leave of followed) leave();
    },
  };
}

/** Aborts the controller when the signal is; gives the function that ends this. */
function follow(signal: AbortSignal, controller: AbortController): () => void {
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}

/** The promise's result, or the signal's reason if that comes first; the work behind the promise goes on. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

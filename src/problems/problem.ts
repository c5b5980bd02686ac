import { describeError, type ErrorCode } from './catalogue.ts';

/** Keys and list places from the request's body (or a part of it) down to the value in question. */
export type Path = readonly (string | number)[];

/** One thing to point at. Its code matters where several faults come together: the first of the document speaks. */
export interface Fault {
  path: Path;
  message: string;
  code: ErrorCode;
}

/** An entity or note that amoCRM has confirmed. */
export interface Written {
  entity_type: string;
  id: number;
}

/** How far a scenario has come. */
export interface Progress {
  /** The Russian name of the step that failed; absent for `conditional` and `end`. */
  label?: string;
  failed_step: string;
  steps: StepReport[];
  /** The context with the results so far. */
  context: Readonly<Record<string, unknown>>;
}

/** One executed step of a scenario. */
export interface StepReport {
  id: string;
  type: string;
  status: 'ok' | 'failed';
  duration_ms: number;
}

interface ProblemOptions {
  faults?: readonly Fault[];
  /** Where the failure is that of a scenario's step. */
  progress?: Progress;
  /** The HTTP status, where it is not the code's own. */
  status?: number;
  /** Seconds after which the caller may try again. */
  retryAfter?: number;
  /** What amoCRM says of it itself. It may quote what it was sent, so the caller reads it and the log does not. */
  words?: string;
  cause?: unknown;
}

/** A failure from the catalogue. `message` is logged where it is the service's or amoCRM's fault: it names nobody. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ErrorCode;
  readonly status: number;
  readonly faults: readonly Fault[];
  readonly retryAfter: number | undefined;
  readonly progress: Progress | undefined;
  readonly words: string;

  constructor(code: ErrorCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? describeError(code).status;
    this.faults = options.faults ?? [];
    this.retryAfter = options.retryAfter;
    this.progress = options.progress;
    this.words = options.words ?? '';
  }

  /** What the caller reads; it must never hold a secret. */
  get detail(): string {
    return this.words === '' ? this.message : `${this.message}: ${this.words}`;
  }
}

/** Throws a failure made of the faults, if there are any. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first, ...rest] = faults;
  if (first !== undefined) throw problemOfFaults([first, ...rest]);
}

/** A failure made of faults; the code is that of the first. */
export function problemOfFaults(faults: readonly [Fault, ...Fault[]]): Problem {
  return new Problem(faults[0].code, faults.map((fault) => fault.message).join('; '), { faults });
}

/** The same failure with its paths below `prefix`, as the caller's whole document has them. */
export function placeUnder(prefix: Path, problem: Problem, progress?: Progress): Problem {
  const { code, message, status, retryAfter, words, cause } = problem;
  return new Problem(code, message, {
    faults: problem.faults.map((fault) => ({ ...fault, path: [...prefix, ...fault.path] })),
    status,
    words,
    cause,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(progress === undefined ? {} : { progress }),
  });
}

/**
 * Whether sending the same request again can help and cannot do harm. What has written already goes on only under an
 * Idempotency-Key.
 */
export function isRetryable(status: number, code: ErrorCode, { written, keyed }: Sending): boolean {
  if (code === 'IDEMPOTENCY_IN_PROGRESS') return true;
  if (code === 'OUTCOME_UNKNOWN') return keyed;
  const passing = status === 503 || code === 'AMOCRM_TIMEOUT' || code === 'DEADLINE_EXCEEDED';
  return passing && (keyed || written.length === 0);
}

interface Sending {
  written: readonly Written[];
  keyed: boolean;
}

import { inEach, inTurn, joined, type Message, nothing } from '../messages/message.ts';
import { serviceMessages } from '../messages/requests.ts';
import { describeError, type ErrorCode } from './catalogue.ts';
import type { ProblemDocument } from './document.ts';

/** Keys and list indexes from the request's body (or a part of it) to the value in question. */
export type Path = readonly (string | number)[];

/** One fault at one path. Of several faults the code of the first in document order is used. */
export interface Fault {
  path: Path;
  message: Message;
  code: ErrorCode;
}

/** Members that a failure adds to its document (RFC 9457 3.2). */
export interface Extensions extends Partial<Pick<ProblemDocument, 'failed_step' | 'steps'>> {
  /** Replaces the request's own context. */
  context?: Readonly<Record<string, unknown>>;
}

interface ProblemOptions {
  faults?: readonly Fault[];
  /** The Russian name of the step that failed, where it is not the route's. */
  label?: string | undefined;
  extensions?: Extensions;
  /** The HTTP status, where it is not the code's own. */
  status?: number;
  /** Seconds after which the caller may try again. */
  retryAfter?: number | undefined;
  /** Whether sending the same request again gives the same failure, under its Idempotency-Key too. */
  isFinal?: boolean;
  /** amoCRM's own text. It may quote what was sent, so it is in the answer but not in the log. */
  words?: Message;
  cause?: unknown;
}

/** A failure from the catalogue. `message` (the text in English) may be logged, so it holds no personal data. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ErrorCode;
  readonly status: number;
  readonly faults: readonly Fault[];
  readonly retryAfter: number | undefined;
  readonly isFinal: boolean;
  readonly label: string | undefined;
  readonly extensions: Extensions;
  /** What has happened, without amoCRM's own text. */
  readonly text: Message;
  readonly words: Message;

  constructor(code: ErrorCode, text: Message, options: ProblemOptions = {}) {
    super(text.en, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? describeError(code).status;
    this.faults = options.faults ?? [];
    this.retryAfter = options.retryAfter;
    this.isFinal = options.isFinal ?? false;
    this.label = options.label;
    this.extensions = options.extensions ?? {};
    this.text = text;
    this.words = options.words ?? nothing;
  }

  /** The text in the answer; it must never hold a secret. */
  get detail(): Message {
    return this.words.en === '' ? this.text : joined([this.text, this.words], ': ');
  }
}

/** Turns anything thrown into a failure of the catalogue. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem('INTERNAL_ERROR', serviceMessages.unexpected, { cause: error });
}

/** Throws a failure made of the faults, if there are any. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first, ...rest] = faults;
  if (first !== undefined) throw problemOfFaults([first, ...rest]);
}

/** A failure made of faults; its code is that of the first. */
export function problemOfFaults(faults: readonly [Fault, ...Fault[]]): Problem {
  const text = inEach((language) => inTurn(faults.map(({ message }) => message[language])));
  return new Problem(faults[0].code, text, { faults });
}

/** The same failure with its paths below `prefix`, as in the caller's whole document, and with further members. */
export function placeUnder(
  prefix: Path,
  problem: Problem,
  added: Pick<ProblemOptions, 'label' | 'extensions'> = {},
): Problem {
  return withPaths(problem, (path) => [...prefix, ...path], added);
}

/** The same failure, which also tells this. */
export function addText(problem: Problem, added: Message): Problem {
  // `cause` is not among what is spread.
  return new Problem(problem.code, joined([problem.text, added], '; '), { ...problem, cause: problem.cause });
}

/** The same failure with other paths, and with further members. */
export function withPaths(
  problem: Problem,
  change: (path: Path) => Path,
  { label, extensions }: Pick<ProblemOptions, 'label' | 'extensions'> = {},
): Problem {
  const { code, text, status, retryAfter, isFinal, words, cause } = problem;
  return new Problem(code, text, {
    faults: problem.faults.map((fault) => ({ ...fault, path: change(fault.path) })),
    status,
    retryAfter,
    isFinal,
    words,
    cause,
    label: label ?? problem.label,
    extensions: { ...problem.extensions, ...extensions },
  });
}

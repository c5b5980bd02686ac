import { type Static, Type } from 'typebox';
import { languages } from '../messages/message.ts';
import { checkOf } from '../schemas/check.ts';

export const jobStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

const Text = Type.String();
const TextOrNull = Type.Union([Text, Type.Null()]);
const Moment = Type.Number();
const MomentOrNull = Type.Union([Moment, Type.Null()]);

export const callbackStates = ['pending', 'delivered', 'failed', 'dropped'] as const;

/** A job as it is kept, without its body: a keyed request whose caller does not wait. Times are ms since 1970. */
export const Job = Type.Object({
  id: Text,
  caller: Text,
  /** Its Idempotency-Key, or one of its own that no caller can send. */
  key: Text,
  /** The pattern of the route that carries it out. */
  route: Text,
  fingerprint: Text,
  /** The address of its account when it was accepted; null in jobs of an earlier release. */
  address: TextOrNull,
  /** In which its caller reads: that of its request, English in jobs of an earlier release. */
  language: Type.Enum([...languages]),
  state: Type.Enum([...jobStates]),
  /** Attempts that have failed, or have ended it. */
  attempts: Type.Integer(),
  /** When it is due again; null: as soon as there is room. */
  run_at: MomentOrNull,
  give_up_at: Moment,
  accepted_at: Moment,
  ended_at: MomentOrNull,
  /** The answer to its request, as JSON. */
  result: TextOrNull,
  /** The problem document of its last failure: see `keepProblem`. */
  problem: TextOrNull,
  /** What becomes of telling its caller of its end; null while that is nobody's wish. */
  callback_state: Type.Union([Type.Enum([...callbackStates]), Type.Null()]),
  /** Deliveries that were tried. */
  callback_tries: Type.Integer(),
  /** When it is delivered again; null unless it is pending. */
  callback_at: MomentOrNull,
  /** Why the last delivery has failed: see `keepText`. */
  callback_failure: TextOrNull,
});
export type Job = Static<typeof Job>;

const validator = checkOf(Job);

/** A row of the store; throws when it is not what was written. */
export function readJob(row: unknown): Job {
  if (validator.accepts(row)) return row;
  throw new Error('The store holds a job that is none');
}

/** Whether it may still be carried out. */
export function isOpen({ state }: Pick<Job, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

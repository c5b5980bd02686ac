import { Type } from 'typebox';
import type { Language } from '../messages/message.ts';
import { callbackStates, type Job, jobStates } from './job.ts';
import { problemIn } from './kept-problem.ts';
import { textIn } from './kept-text.ts';

const moment = (description: string) => Type.String({ format: 'date-time', description });
const momentOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description });

const CallbackNow = Type.Object(
  {
    status: Type.Enum([...callbackStates], {
      type: 'string',
      description:
        'pending: it waits for its first or its next delivery; delivered; failed: no delivery succeeded within 28 hours, or the ' +
        'receiver answered 410; dropped: the callback was deleted or switched off before.',
    }),
    attempts: Type.Integer({ description: 'Deliveries that were tried.' }),
    next_attempt_at: momentOrNull('When it is delivered, or tried again; null unless it is pending.'),
    failure: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Why the last delivery has failed; null where none has.',
    }),
  },
  { description: 'How far its caller has been told of its end.' },
);

/** A job as callers see it: the text that `textOfJob` makes. */
export const JobDocument = Type.Object(
  {
    id: Type.String({ description: 'The job’s id.' }),
    status: Type.Enum([...jobStates], {
      type: 'string',
      description:
        'queued: it waits for its turn, or for the next attempt; running; succeeded; failed: it was given up and can be ' +
        'tried again; cancelled.',
    }),
    account: Type.String({ description: 'The id of its account; `default` in a service with one.' }),
    route: Type.String({ description: 'The route that carries it out.' }),
    attempts: Type.Integer({
      description: 'Attempts so far. While amoCRM cannot be reached or asks to slow down, none is made.',
    }),
    accepted_at: moment('When it was accepted.'),
    next_attempt_at: momentOrNull('When it is tried again; null where it is due already or has ended.'),
    gives_up_at: moment('When it fails unless it has succeeded before.'),
    ended_at: momentOrNull('When it ended; null while it is open.'),
    result: Type.Unsafe({
      type: ['object', 'null'],
      additionalProperties: true,
      description: 'The answer that its route gives to one who waits; null unless it has succeeded.',
    }),
    problem: Type.Union([Type.Ref('Problem'), Type.Null()], {
      description:
        'The failure of its last attempt, while there is one; null in a job that has succeeded. ' +
        '`ACCOUNT_CHANGED`: the address of its account was changed, and is not known to be of the same ' +
        'account of amoCRM; nothing was written there.',
    }),
    callback: Type.Union([CallbackNow, Type.Null()], {
      description: 'The delivery to the caller’s callback; null while the job is open, and where there is no callback.',
    }),
  },
  { title: 'Job', description: 'A request that was accepted and is carried out later.' },
);

/** The JSON of a job of that account. Its answer and its failure may be large; they are not parsed for it. */
export function textOfJob(job: Job, account: string, language: Language): string {
  const text = JSON.stringify({
    id: job.id,
    status: job.state,
    account,
    route: job.route,
    attempts: job.attempts,
    accepted_at: atOf(job.accepted_at),
    next_attempt_at: job.run_at === null ? null : atOf(job.run_at),
    gives_up_at: atOf(job.give_up_at),
    ended_at: job.ended_at === null ? null : atOf(job.ended_at),
  });
  const problem = job.problem === null ? 'null' : problemIn(language, job.problem);
  const rest = `"problem":${problem},"callback":${JSON.stringify(callbackOf(job, language))}`;
  return `${text.slice(0, -1)},"result":${job.result ?? 'null'},${rest}}`;
}

function callbackOf({ callback_state, callback_tries, callback_at, callback_failure }: Job, language: Language) {
  if (callback_state === null) return null;
  return {
    status: callback_state,
    attempts: callback_tries,
    next_attempt_at: callback_at === null ? null : atOf(callback_at),
    failure: callback_failure === null ? null : textIn(language, callback_failure),
  };
}

function atOf(ms: number): string {
  return new Date(ms).toISOString();
}

import { Type } from 'typebox';
import { type Job, jobStates } from './job.ts';

const moment = (description: string) => Type.String({ format: 'date-time', description });
const momentOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description });

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
      description: 'The failure of its last attempt, while there is one; null in a job that has succeeded.',
    }),
  },
  { title: 'Job', description: 'A request that was accepted and is carried out later.' },
);

/** The JSON of a job of that account. Its answer and its failure may be large; they are not parsed for it. */
export function textOfJob(job: Job, account: string): string {
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
  return `${text.slice(0, -1)},"result":${job.result ?? 'null'},"problem":${job.problem ?? 'null'}}`;
}

function atOf(ms: number): string {
  return new Date(ms).toISOString();
}

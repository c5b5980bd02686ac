import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';
import { JobDocument } from '../../jobs/job-document.ts';
import { maxWait } from '../prefer.ts';
import { jobFailures } from './failure-codes.ts';
import { failure, jobFailure } from './failure-responses.ts';
import { doneJob, jobHeaders, queuedJob } from './job-responses.ts';

const tags = ['Jobs'];
const { Location: _, ...shown } = jobHeaders;
const { 'Preference-Applied': __, ...changed } = shown;

const Wait = Type.Object({
  Prefer: Type.Optional(
    Type.String({
      description: `\`wait=N\`: the answer comes when the job has ended, or after N seconds (0 to ${maxWait}).`,
    }),
  ),
});

const operations = {
  get: {
    operationId: 'getJob',
    summary: 'Shows a job.',
    description: 'A job of another caller is 404, and so is one that ended more than `JOB_KEPT_DAYS` ago.',
    failure: failure([...jobFailures, 'NOT_FOUND']),
    headers: shown,
    example: doneJob,
  },
  cancel: {
    operationId: 'cancelJob',
    summary: 'Cancels a job that waits and has written nothing.',
    description: 'One that runs, has ended, or has begun to write is 409 `JOB_STATE`.',
    failure: jobFailure,
    headers: changed,
    example: { ...queuedJob, status: 'cancelled', ended_at: '2026-12-01T21:31:00.000Z' },
  },
  retry: {
    operationId: 'retryJob',
    summary: 'Tries a failed job again.',
    description:
      'It goes on where it stopped: what it has written is not written again. Its attempts and its time begin anew. One ' +
      'that has not failed is 409 `JOB_STATE`.',
    failure: jobFailure,
    headers: changed,
    example: queuedJob,
  },
} as const;

/** What the OpenAPI document says of a route that shows one job. */
export function oneDocument(name: keyof typeof operations): FastifySchema {
  const { failure, headers, example, ...words } = operations[name];
  const content = { 'application/json': { schema: JobDocument, examples: { job: { value: example } } } };
  return {
    ...words,
    tags,
    ...(name === 'get' ? { headers: Wait } : {}),
    response: { 200: { description: 'The job as it is now.', headers, content }, default: failure },
  };
}

/** The same of the list. */
export function listDocument(): FastifySchema {
  const List = Type.Object({
    jobs: Type.Array(JobDocument, { description: 'The jobs.' }),
    has_more: Type.Boolean({ description: 'Whether there are older ones, after the last of these.' }),
  });
  const examples = { page: { value: { jobs: [doneJob], has_more: false } } };
  return {
    operationId: 'listJobs',
    tags,
    summary: 'Lists your jobs, the newest first.',
    description: '`status=failed` are those that were given up.',
    response: {
      200: { description: 'A page of jobs.', content: { 'application/json': { schema: List, examples } } },
      default: failure(jobFailures),
    },
  };
}

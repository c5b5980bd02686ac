import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { JobDocument } from '../../jobs/job-document.ts';
import { maxWait } from '../prefer.ts';
import { replayed } from './idempotency-header.ts';
import { retryAfterHeader } from './retry-after-header.ts';

const description = `\`respond-async\`: the request is accepted, validated and kept on disk, and carried out as soon as amoCRM lets: now,
or when it can be reached again; the answer is 202 with the job. With \`, wait=N\` (seconds, 0 to ${maxWait}) the answer is as usual
where the job ends in time. Templates of a step are judged at once, those of a scenario when it runs. Other preferences are ignored.`;

const Prefer = Type.Object({
  Prefer: Type.Optional(
    // No example: Swagger UI would send it with every request in "Try it out".
    Type.String({ description: description.replaceAll('\n', ' ') }),
  ),
});

export const queuedJob = {
  id: '0b4a1c52-6d0e-4b59-9f1c-8f3a5c1f9b7e',
  status: 'queued',
  account: 'default',
  route: '/steps/amocrm_create_lead',
  attempts: 0,
  accepted_at: '2026-12-01T21:30:00.000Z',
  next_attempt_at: null,
  gives_up_at: '2026-12-02T21:30:00.000Z',
  ended_at: null,
  result: null,
  problem: null,
  callback: null,
};
const lead = { name: 'Заявка', id: 10185151, custom_fields_values: null, fields: {} };
const result = { success: true, lead_id: 10185151, lead };
export const doneJob = {
  ...queuedJob,
  status: 'succeeded',
  attempts: 1,
  ended_at: '2026-12-02T05:00:07.120Z',
  result: { success: true, output_var: 'created_lead', result, context: { created_lead: result } },
};

export const jobHeaders = {
  Location: { type: 'string', description: 'The address of the job.', examples: [`/jobs/${queuedJob.id}`] },
  'Preference-Applied': {
    type: 'string',
    description: 'The preference that was followed.',
    examples: ['respond-async'],
  },
  'Retry-After': retryAfterHeader,
};

/** The answer to a request that is carried out later. */
export const jobAccepted = {
  description:
    'The request is on disk and is carried out later. The same key gives the same job, one that has failed too, whatever ' +
    '`wait` says: `POST /jobs/{id}/retry` tries that again.',
  headers: { ...replayed, ...jobHeaders },
  content: { 'application/json': { schema: JobDocument, examples: { queued: { value: queuedJob } } } },
};

/** Adds the preference, and the answer to it, to a route's documentation. */
export function documentLater(route: RouteOptions): void {
  const { config = {}, schema = {} } = route;
  const { document = () => ({}) } = config;
  route.config = { ...config, document: () => withLater({ ...schema, ...document() }) };
}

function withLater({ headers, response, ...schema }: FastifySchema): FastifySchema {
  const { 200: success, ...failures } = Object(response);
  const { properties = {} } = Object(headers);
  const all = Type.Object({ ...properties, ...Prefer.properties });
  return { ...schema, headers: all, response: { 200: success, 202: jobAccepted, ...failures } };
}

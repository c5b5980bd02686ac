import type { FastifySchema } from 'fastify';
import { type Static, Type } from 'typebox';
import { callerNamePattern } from '../../schemas/patterns.ts';
import { callbackNow, callbackPut, exampleCallback } from './callback-responses.ts';
import { adminBodyFailure, adminLookupFailure } from './failure-responses.ts';

const tags = ['Accounts'];

const Params = Type.Object({
  name: Type.String({
    pattern: callerNamePattern,
    description: 'The caller’s name, as its keys have it; one that no key has yet is told in `warnings`.',
  }),
});
export type CallbackParams = Static<typeof Params>;

const Body = Type.Object(
  {
    url: Type.String({
      maxLength: 2048,
      description:
        'Where the ends of its jobs are sent: https, and no private address unless `CALLBACK_HOSTS` names the host. ' +
        'Redirects are not followed.',
    }),
  },
  { additionalProperties: false },
);
export type CallbackBody = Static<typeof Body>;

export const callbackSchemas = { params: Params, body: Body };

const operations = {
  get: {
    operationId: 'getCallback',
    summary: 'Shows a caller’s callback.',
    description: 'Without its secret. Where there is none: 404.',
    response: { 200: callbackNow, default: adminLookupFailure },
  },
  put: {
    operationId: 'putCallback',
    summary: 'Says where a caller is told of the ends of its jobs.',
    description:
      'Each job of the caller that succeeds or fails from now on, in every account, is sent there as [Standard Webhooks]' +
      '(https://www.standardwebhooks.com) have it: `{ "type": "job.succeeded", "timestamp", "data": job }` or `job.failed`, with ' +
      '`webhook-id` (the job’s id), `webhook-timestamp` and `webhook-signature`. A 2xx within 15 seconds ends it, a 410 switches ' +
      'the callback off; else it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h. It may arrive twice, and out of ' +
      'order; a failed job that was tried again ends a second time under the same id. Every put makes a new secret: the one ' +
      'before signs too for 24 hours.',
    body: { ...Body, 'x-examples': { one: { value: { url: exampleCallback.url } } } },
    response: {
      200: callbackPut,
      201: callbackPut,
      default: adminBodyFailure,
    },
  },
  remove: {
    operationId: 'deleteCallback',
    summary: 'Deletes a caller’s callback.',
    description: 'What has not been delivered is dropped.',
    response: { 204: { description: 'It is gone.', type: 'null' }, default: adminLookupFailure },
  },
} as const;

/** What the OpenAPI document says of a route about callbacks. */
export function callbackOperation(name: keyof typeof operations): FastifySchema {
  return { ...operations[name], tags };
}

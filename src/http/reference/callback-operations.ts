import type { FastifySchema } from 'fastify';
import { type Static, Type } from 'typebox';
import type { ErrorCode } from '../../problems/catalogue.ts';
import { adminFailures } from './failure-codes.ts';
import { failure } from './failure-responses.ts';
import { callerName } from './key-operations.ts';

const tags = ['Accounts'];

const Params = Type.Object({
  name: Type.String({
    ...callerName,
    description: 'The caller’s name, as its keys have it; it need not have one yet.',
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

const moment = (description: string) => Type.String({ format: 'date-time', description });
const momentOrNull = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description });
const shown = {
  caller: Type.String({ description: 'The caller’s name.' }),
  url: Type.String({ description: 'Where the ends of its jobs are sent.' }),
  status: Type.Enum(['on', 'off'], {
    type: 'string',
    description: 'off: the receiver has answered 410, and nothing is sent any more. Putting it again switches it on.',
  }),
  changed_at: moment('When it was put.'),
  switched_off_at: momentOrNull('When a 410 has switched it off; null while it is on.'),
  old_secret_until: momentOrNull('Until when the secret before this one signs too; null where there is none.'),
};
const CallbackDocument = Type.Object(shown, { title: 'Callback', description: 'A callback, without its secret.' });
const NewCallback = Type.Object(
  {
    ...shown,
    secret: Type.String({ description: 'The secret of its signatures, `whsec_…`. It is shown this once.' }),
  },
  { title: 'NewCallback', description: 'A callback with its new secret.' },
);

const example = {
  caller: 'sales-bot',
  url: 'https://bot.example.com/amo/jobs',
  status: 'on',
  changed_at: '2026-12-01T09:30:00.000Z',
  switched_off_at: null,
  old_secret_until: null,
};
const answer = (description: string, schema: object, value: object) => ({
  description,
  content: { 'application/json': { schema, examples: { callback: { value } } } },
});
const put = answer('The callback, with its new secret.', NewCallback, {
  ...example,
  secret: 'whsec_the-secret-itself',
});
const fails = (...codes: ErrorCode[]) => failure([...adminFailures, ...codes]);

const operations = {
  get: {
    operationId: 'getCallback',
    summary: 'Shows a caller’s callback.',
    description: 'Without its secret. Where there is none: 404.',
    response: { 200: answer('The callback.', CallbackDocument, example), default: fails('INVALID_REQUEST') },
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
    body: { ...Body, 'x-examples': { one: { value: { url: example.url } } } },
    response: {
      200: put,
      201: put,
      default: fails('INVALID_REQUEST', 'REQUEST_TIMEOUT', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'),
    },
  },
  remove: {
    operationId: 'deleteCallback',
    summary: 'Deletes a caller’s callback.',
    description: 'What has not been delivered is dropped.',
    response: { 204: { description: 'It is gone.', type: 'null' }, default: fails('INVALID_REQUEST') },
  },
} as const;

/** What the OpenAPI document says of a route about callbacks. */
export function callbackOperation(name: keyof typeof operations): FastifySchema {
  return { ...operations[name], tags };
}

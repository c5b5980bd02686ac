import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';
import type { ErrorCode } from '../../problems/catalogue.ts';
import { serviceFailures, turnedAway } from './failure-codes.ts';
import { failure } from './failure-responses.ts';

const tags = ['Access'];

const pageOf = (title: string) => ({
  'text/html': {
    schema: Type.String({ description: 'The page, in the language of `Accept-Language`.' }),
    examples: { page: { value: `<!doctype html>\n<html lang="en">…<h1>${title}</h1>…</html>` } },
  },
});

/** A failure that a browser gets as a page. */
function failureOrPage(codes: readonly ErrorCode[], title: string) {
  const described = failure(codes);
  return { ...described, content: { ...described.content, ...pageOf(title) } };
}

const Form = Type.Object(
  {
    key: Type.Optional(
      Type.String({ description: 'An API key, from the form of the page: a program shows it in a header instead.' }),
    ),
    account: Type.Optional(
      Type.String({ description: 'With several accounts the id of one; `Amocrm-Account` may name it too.' }),
    ),
  },
  { additionalProperties: false },
);

const Asked = Type.Object({
  url: Type.String({
    description:
      'The page of amoCRM to open in a browser, by an administrator of the account: once, within 15 minutes.',
  }),
  base_url: Type.String({ description: 'The account to choose there.' }),
  expires_at: Type.String({ format: 'date-time', description: 'Until when amoCRM’s answer is taken.' }),
});

const asked = {
  url: 'https://www.amocrm.ru/oauth?client_id=7c4b3d52-0f2b-4a5d-9c0e-2f6b1f3f7a10&state=q3v0c1WqQmBzYk4nq0r8eQ7oJc2l5hXy9u1TzAbCdEf&mode=post_message',
  base_url: 'https://studio.amocrm.ru',
  expires_at: '2026-12-01T09:45:00.000Z',
};

const CallbackQuery = Type.Object({
  code: Type.Optional(Type.String({ description: 'The authorization code.' })),
  state: Type.Optional(Type.String({ description: 'The state of `POST /oauth/start`, good once.' })),
  referer: Type.Optional(Type.String({ description: 'The host of the account: it must be the one that was asked.' })),
});

const startFailures: readonly ErrorCode[] = [
  ...serviceFailures,
  'INVALID_REQUEST',
  'ACCOUNT_NOT_FOUND',
  'ACCOUNT_DISABLED',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'OVERLOADED',
];

const callbackFailures: readonly ErrorCode[] = [
  ...turnedAway,
  'INVALID_REQUEST',
  'ACCOUNT_NOT_FOUND',
  'ACCOUNT_DISABLED',
  'METHOD_NOT_ALLOWED',
  'AMOCRM_UNAUTHORIZED',
  'AMOCRM_FORBIDDEN',
  'AMOCRM_PAYMENT_REQUIRED',
  'AMOCRM_ERROR',
  'AMOCRM_UNAVAILABLE',
  'OVERLOADED',
  'INTERNAL_ERROR',
  'SHUTTING_DOWN',
];

const operations = {
  page: {
    operationId: 'oauthPage',
    summary: 'The page where access to amoCRM begins.',
    description:
      'For a browser, open to anyone: it asks for an API key, with several accounts for the id of one, and leads to ' +
      'amoCRM’s page. Needs OAuth settings (`AMO_CLIENT_ID` …) whose redirect address ends with `/oauth/callback` here.',
    security: [],
    response: { 200: { description: 'The page.', content: pageOf('Access to amoCRM') }, default: failure(turnedAway) },
  },
  start: {
    operationId: 'startOAuth',
    summary: 'Begins access to an account by OAuth.',
    description:
      'Gives the address of amoCRM’s page, where an administrator of the account allows the access; amoCRM then leads the ' +
      'browser to `/oauth/callback`. The address is a ticket of one use for that account. Keys that only read may not.',
    consumes: ['application/x-www-form-urlencoded'],
    body: { ...Form, 'x-examples': { account: { value: { account: 'studio' } } } },
    response: {
      200: {
        description: 'Where to go on. To a browser as a page with a link.',
        content: {
          'application/json': { schema: Asked, examples: { asked: { value: asked } } },
          ...pageOf('Access to amoCRM'),
        },
      },
      default: failureOrPage(startFailures, 'Access to amoCRM'),
    },
  },
  callback: {
    operationId: 'finishOAuth',
    summary: 'Where amoCRM leads the browser after its page.',
    description:
      'The redirect address of the integration: exchanges the code for tokens and stores them. Open to anyone who brings a ' +
      '`state` that was given by `POST /oauth/start` and not used yet. With `error` in place of a code access was not allowed. ' +
      'HEAD is refused: it would use up the state.',
    security: [],
    querystring: CallbackQuery,
    response: {
      200: { description: 'Access is there.', content: pageOf('Access is there') },
      default: failureOrPage(callbackFailures, 'That did not work'),
    },
  },
} as const;

/** What the OpenAPI document says of a route for access by OAuth. */
export function oauthOperation(name: keyof typeof operations): FastifySchema {
  return { ...operations[name], tags };
}

import type { FastifySchema } from 'fastify';
import { type Static, Type } from 'typebox';
import { AccountAccess, accessNames } from '../../config/account-settings.ts';
import type { ErrorCode } from '../../problems/catalogue.ts';
import { Integer } from '../../schemas/atoms.ts';
import { accountIdPattern } from '../../schemas/patterns.ts';
import { AccountDocument, accountNow, exampleAccount, FieldMap } from './account-responses.ts';
import { adminFailures } from './failure-codes.ts';
import { adminFailure, failure } from './failure-responses.ts';

const tags = ['Accounts'];

const Params = Type.Object({
  id: Type.String({
    pattern: accountIdPattern,
    description: 'The account’s id, of your choice: small letters, digits, `_` and `-`, 63 at most.',
  }),
});
export type AccountParams = Static<typeof Params>;

const limits = {
  rate_limit: { minimum: 1, maximum: 50 },
  batch_size: { minimum: 1, maximum: 250 },
};

const Body = Type.Object(
  {
    base_url: Type.String({ description: 'The address of the account, such as https://example.amocrm.ru.' }),
    access: AccountAccess,
    field_map: Type.Optional(FieldMap),
    rate_limit: Type.Optional(Integer('Requests a second to amoCRM; by default `AMO_RATE_LIMIT`.', limits.rate_limit)),
    batch_size: Type.Optional(
      Integer('Entities in one write at most; by default `AMO_BATCH_SIZE`.', limits.batch_size),
    ),
    disabled: Type.Optional(
      Type.Boolean({ description: 'Requests get 403 `ACCOUNT_DISABLED`, jobs wait; everything is kept.' }),
    ),
  },
  { additionalProperties: false },
);

const Query = Type.Object(
  {
    force: Type.Optional(
      Type.Enum(['true', 'false'], {
        type: 'string',
        description: 'Whether its open jobs and undelivered callbacks go with it.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type RemoveQuery = Static<typeof Query>;

/** Access is judged by `judgeAccess`, which shows no secret and says what is missing of which way. */
const Judged = Type.Object(
  { ...Body.properties, access: Type.Record(Type.String(), Type.Unknown(), { 'x-holds': accessNames }) },
  { additionalProperties: false },
);
export type AccountBody = Static<typeof Judged>;

export const accountSchemas = { params: Params, body: Judged, query: Query };

const requestExamples = {
  longLived: {
    summary: 'A long-lived token',
    value: { base_url: 'https://studio.amocrm.ru', access: { access_token: 'the-long-lived-token' } },
  },
  oauth: {
    summary: 'An OAuth integration, whose access is given at /oauth/start',
    value: {
      base_url: 'https://studio.amocrm.ru',
      access: {
        client_id: '7c4b3d52-0f2b-4a5d-9c0e-2f6b1f3f7a10',
        client_secret: 'the-secret-key',
        redirect_uri: 'https://platform.example.com/oauth/callback',
      },
    },
  },
};

const fails = (...codes: ErrorCode[]) => failure([...adminFailures, ...codes]);

const operations = {
  list: {
    operationId: 'listAccounts',
    summary: 'Lists the accounts.',
    description: 'By their ids, with the state of each.',
    response: {
      200: {
        description: 'The accounts.',
        content: {
          'application/json': {
            schema: Type.Object({ accounts: Type.Array(AccountDocument, { description: 'Every account.' }) }),
            examples: { accounts: { value: { accounts: [exampleAccount] } } },
          },
        },
      },
      default: adminFailure,
    },
  },
  get: {
    operationId: 'getAccount',
    summary: 'Shows an account.',
    description: 'Its settings without secrets, and its state.',
    response: { 200: accountNow, default: fails('ACCOUNT_NOT_FOUND', 'INVALID_REQUEST') },
  },
  put: {
    operationId: 'putAccount',
    summary: 'Adds an account, or replaces its settings.',
    description:
      '201 where it is new. As a whole: what is left out has its default again. The same again changes nothing. A change lets requests in progress ' +
      'end for 8 seconds; those that come meanwhile wait. Another address or `client_id` drops the tokens of the one before; an address is ' +
      'that of the same account of amoCRM under a new name: for another one take another id.',
    body: { ...Body, 'x-examples': requestExamples },
    response: {
      200: accountNow,
      201: accountNow,
      default: fails(
        'INVALID_REQUEST',
        'REQUEST_TIMEOUT',
        'PAYLOAD_TOO_LARGE',
        'UNSUPPORTED_MEDIA_TYPE',
        'OUTCOME_UNKNOWN',
      ),
    },
  },
  remove: {
    operationId: 'deleteAccount',
    summary: 'Deletes an account with all that is kept of it.',
    description:
      'Its keys of idempotency, tokens and jobs, and callers’ keys for it alone; keys for several lose it. With open jobs, or callbacks still to be delivered, it is 409 `ACCOUNT_IN_USE` unless `force=true`.',
    response: {
      204: { description: 'It is gone.', type: 'null' },
      default: fails('ACCOUNT_NOT_FOUND', 'ACCOUNT_IN_USE', 'INVALID_REQUEST', 'OUTCOME_UNKNOWN'),
    },
  },
} as const;

/** What the OpenAPI document says of a route that manages accounts. */
export function accountOperation(name: keyof typeof operations): FastifySchema {
  return { ...operations[name], tags };
}

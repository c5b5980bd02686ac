import type { FastifySchema } from 'fastify';
import { type Static, Type } from 'typebox';
import { breakerStates } from '../../amocrm/pace/breaker.ts';
import { AccountAccess, accountIdPattern } from '../../config/account-settings.ts';
import type { ErrorCode } from '../../problems/catalogue.ts';
import { Integer } from '../../schemas/atoms.ts';
import { adminFailures } from './failure-codes.ts';
import { failure } from './failure-responses.ts';

const tags = ['Accounts'];

const Params = Type.Object({
  id: Type.String({
    pattern: accountIdPattern,
    description: 'The account’s id, of your choice: small letters, digits, `_` and `-`, 63 at most.',
  }),
});
export type AccountParams = Static<typeof Params>;

const FieldMap = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Your own names for fields, in the form of a field map file.',
});
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
export type AccountBody = Static<typeof Body>;

const Query = Type.Object(
  {
    force: Type.Optional(
      Type.Enum(['true', 'false'], { type: 'string', description: 'Whether its open jobs go with it.' }),
    ),
  },
  { additionalProperties: false },
);
export type RemoveQuery = Static<typeof Query>;

export const accountSchemas = { params: Params, body: Body, query: Query };

const orNull = (type: string, description: string, own: object = {}) =>
  Type.Unsafe<string | null>({ type: [type, 'null'], description, ...own });

const AccountDocument = Type.Object(
  {
    id: Type.String({ description: 'The account’s id.' }),
    base_url: Type.String({ description: 'Its address.' }),
    access: Type.Object(
      {
        kind: Type.Enum(['long-lived', 'oauth'], { type: 'string', description: 'How amoCRM is accessed.' }),
        client_id: Type.Optional(Type.String({ description: 'The OAuth integration’s id.' })),
      },
      { description: 'How amoCRM is accessed. Secrets are never shown.' },
    ),
    field_map: FieldMap,
    rate_limit: Type.Integer({ description: 'Requests a second to amoCRM.' }),
    batch_size: Type.Integer({ description: 'Entities in one write at most.' }),
    disabled: Type.Boolean({ description: 'Whether its requests are refused.' }),
    breaker: orNull('string', 'The state of its breaker; null while nobody uses the account.', {
      enum: [...breakerStates, null],
    }),
    token_expires_at: orNull('string', 'When its OAuth access token ends; it is renewed before. Null without one.', {
      format: 'date-time',
    }),
    waiting: Type.Integer({ description: 'Calls that wait for a place now.' }),
    open_jobs: Type.Integer({ description: 'Jobs that wait or run.' }),
  },
  { title: 'ServedAccount', description: 'An account of amoCRM that is served here.' },
);

const example = {
  id: 'studio',
  base_url: 'https://studio.amocrm.ru',
  access: { kind: 'oauth', client_id: '7c4b3d52-0f2b-4a5d-9c0e-2f6b1f3f7a10' },
  field_map: { source: { id: 123460, type: 'select' } },
  rate_limit: 7,
  batch_size: 50,
  disabled: false,
  breaker: 'closed',
  token_expires_at: '2026-12-02T09:30:00.000Z',
  waiting: 0,
  open_jobs: 2,
};
const requestExamples = {
  longLived: {
    summary: 'A long-lived token',
    value: { base_url: 'https://studio.amocrm.ru', access: { access_token: 'eyJ0eXAi…' } },
  },
  oauth: {
    summary: 'An OAuth integration with a new code',
    value: {
      base_url: 'https://studio.amocrm.ru',
      access: {
        client_id: '7c4b3d52-0f2b-4a5d-9c0e-2f6b1f3f7a10',
        client_secret: 'Xw2…',
        redirect_uri: 'https://platform.example.com/amo',
        auth_code: 'def502…',
      },
    },
  },
};

const one = (description: string) => ({
  description,
  content: { 'application/json': { schema: AccountDocument, examples: { account: { value: example } } } },
});
const fails = (...codes: ErrorCode[]) => failure([...adminFailures, ...codes]);
const bodyCodes = ['INVALID_REQUEST', 'REQUEST_TIMEOUT', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;

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
            examples: { accounts: { value: { accounts: [example] } } },
          },
        },
      },
      default: fails(),
    },
  },
  get: {
    operationId: 'getAccount',
    summary: 'Shows an account.',
    description: 'Its settings without secrets, and its state.',
    response: { 200: one('The account as it is now.'), default: fails('ACCOUNT_NOT_FOUND', 'INVALID_REQUEST') },
  },
  put: {
    operationId: 'putAccount',
    summary: 'Adds an account, or replaces its settings.',
    description:
      'As a whole: what is left out has its default again. The same again changes nothing. A change lets requests in progress ' +
      'end for 8 seconds; those that come meanwhile wait. Another address or `client_id` drops the tokens of the one before; an address is ' +
      'that of the same account of amoCRM under a new name: for another one take another id.',
    body: { ...Body, 'x-examples': requestExamples },
    response: {
      200: one('The account was there and has these settings now.'),
      201: one('The account is new.'),
      default: fails(...bodyCodes),
    },
  },
  remove: {
    operationId: 'deleteAccount',
    summary: 'Deletes an account with all that is kept of it.',
    description:
      'Its keys of idempotency, tokens and jobs. With open jobs it is 409 `ACCOUNT_IN_USE` unless `force=true`.',
    response: {
      204: { description: 'It is gone.', type: 'null' },
      default: fails('ACCOUNT_NOT_FOUND', 'ACCOUNT_IN_USE', 'INVALID_REQUEST'),
    },
  },
} as const;

/** What the OpenAPI document says of a route that manages accounts. */
export function accountOperation(name: keyof typeof operations): FastifySchema {
  return { ...operations[name], tags };
}

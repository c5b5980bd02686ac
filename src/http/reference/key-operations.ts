import type { FastifySchema } from 'fastify';
import { type Static, Type } from 'typebox';
import type { ErrorCode } from '../../problems/catalogue.ts';
import { callerNamePattern } from '../../schemas/patterns.ts';
import { adminFailures } from './failure-codes.ts';
import { adminFailure, failure } from './failure-responses.ts';

const tags = ['Accounts'];

const Params = Type.Object({ id: Type.String({ description: 'The key’s id, not the key itself.' }) });
export type KeyParams = Static<typeof Params>;

const Body = Type.Object(
  {
    caller: Type.String({
      pattern: callerNamePattern,
      description: 'The name of who gets it. Keys of one name are one caller.',
    }),
    accounts: Type.Optional(
      Type.Unsafe<string[] | null>({
        type: ['array', 'null'],
        items: { type: 'string' },
        minItems: 1,
        maxItems: 1000,
        uniqueItems: true,
        description:
          'Ids of the accounts that it is for. One: its requests need not name it. Several: they name one in ' +
          '`Amocrm-Account`. Left out, or null: all accounts, later ones too.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type KeyBody = Static<typeof Body>;

export const keySchemas = { params: Params, body: Body };

const shown = {
  id: Type.String({ description: 'The key’s id, by which it is deleted.' }),
  caller: Type.String({ description: 'The name of who has it.' }),
  accounts: Type.Unsafe<string[] | null>({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Ids of the accounts that it is for; null: all of them.',
  }),
  created_at: Type.String({ format: 'date-time', description: 'When it was made.' }),
};
const KeyDocument = Type.Object(shown, { title: 'CallerKey', description: 'A caller’s key, without the key itself.' });
const NewKey = Type.Object(
  { ...shown, key: Type.String({ description: 'The key itself. It is shown this once and kept nowhere.' }) },
  { title: 'NewCallerKey', description: 'A key that has just been made.' },
);

const example = {
  id: '5f1f7a4e-2a6a-4a53-8f0e-6f0f5f1a2b3c',
  caller: 'sales-bot',
  accounts: ['studio'],
  created_at: '2026-12-01T09:30:00.000Z',
};
const answer = (schema: object, value: object) => ({
  content: { 'application/json': { schema, examples: { keys: { value } } } },
});
const fails = (...codes: ErrorCode[]) => failure([...adminFailures, ...codes]);

const operations = {
  list: {
    operationId: 'listKeys',
    summary: 'Lists the callers’ keys.',
    description: 'The oldest first; those of the setting `API_KEYS` are not among them.',
    response: {
      200: {
        description: 'The keys.',
        ...answer(Type.Object({ keys: Type.Array(KeyDocument, { description: 'Every key.' }) }), { keys: [example] }),
      },
      default: adminFailure,
    },
  },
  add: {
    operationId: 'addKey',
    summary: 'Makes a key for a caller.',
    description:
      '256 random bits, shown in this answer alone. Another key of the same caller makes a rotation possible.',
    body: { ...Body, 'x-examples': { one: { value: { caller: 'sales-bot', accounts: ['studio'] } } } },
    response: {
      201: { description: 'The key was made.', ...answer(NewKey, { ...example, key: 'the-key-itself' }) },
      default: fails(
        'INVALID_REQUEST',
        'REQUEST_TIMEOUT',
        'PAYLOAD_TOO_LARGE',
        'UNSUPPORTED_MEDIA_TYPE',
        'ACCOUNT_NOT_FOUND',
      ),
    },
  },
  remove: {
    operationId: 'deleteKey',
    summary: 'Deletes a caller’s key.',
    description: 'It opens nothing any more after 10 seconds at the latest.',
    response: { 204: { description: 'It is gone.', type: 'null' }, default: adminFailure },
  },
} as const;

/** What the OpenAPI document says of a route that manages keys. */
export function keyOperation(name: keyof typeof operations): FastifySchema {
  return { ...operations[name], tags };
}

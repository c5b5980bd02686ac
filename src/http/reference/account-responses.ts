import { Type } from 'typebox';
import { breakerStates } from '../../amocrm/pace/breaker.ts';

export const FieldMap = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Your own names for fields, in the form of a field map file.',
});
const orNull = (type: string, description: string, own: object = {}) =>
  Type.Unsafe<string | null>({ type: [type, 'null'], description, ...own });

export const AccountDocument = Type.Object(
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
    owner: Type.Optional(
      orNull(
        'string',
        'The address of the replica that has it, its `REPLICA_URL`; null where none has. Only with `DATABASE_URL`.',
      ),
    ),
  },
  { title: 'ServedAccount', description: 'An account of amoCRM that is served here.' },
);

export const exampleAccount = {
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
  owner: 'http://10.0.0.5:8080',
};

export const accountNow = {
  description: 'The account as it is now.',
  content: { 'application/json': { schema: AccountDocument, examples: { account: { value: exampleAccount } } } },
};

import { Type } from 'typebox';

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
    warnings: Type.Optional(
      Type.Array(Type.String(), { description: 'What was probably not meant so: a name that no key has.' }),
    ),
  },
  { title: 'NewCallback', description: 'A callback with its new secret.' },
);

export const exampleCallback = {
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
export const callbackPut = answer('The callback, with its new secret.', NewCallback, {
  ...exampleCallback,
  secret: 'whsec_the-secret-itself',
});
export const callbackNow = answer('The callback.', CallbackDocument, exampleCallback);

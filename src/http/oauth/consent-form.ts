import { Type } from 'typebox';
import { oauthMessages } from '../../messages/oauth.ts';
import { Problem } from '../../problems/problem.ts';
import { checkOf } from '../../schemas/check.ts';

const form = checkOf(
  Type.Object(
    {
      key: Type.Optional(Type.String({ maxLength: 512 })),
      account: Type.Optional(Type.String({ maxLength: 100 })),
    },
    { additionalProperties: false },
  ),
);
/** Fields that are left empty count as not given. */
export function readForm(body: unknown): { key: string | undefined; account: string | undefined } {
  if (body !== undefined && !form.accepts(body)) throw new Problem('INVALID_REQUEST', oauthMessages.formDue);
  const { key, account } = body ?? {};
  return { key: filledIn(key), account: filledIn(account) };
}

function filledIn(text = ''): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}

import { type Static, Type } from 'typebox';
import { accountMessages } from '../messages/access.ts';
import type { Message } from '../messages/message.ts';
import { paramMessages } from '../messages/params.ts';
import { checkOf } from '../schemas/check.ts';
import type { Access } from './access.ts';

const text = (description: string) => Type.String({ minLength: 1, maxLength: 4096, pattern: '^[!-~]+$', description });

const LongLived = Type.Object(
  { access_token: text('A long-lived token.') },
  { additionalProperties: false, title: 'LongLivedToken', description: 'A long-lived token.' },
);
const OAuth = Type.Object(
  {
    client_id: text('The integration’s id.'),
    client_secret: text('The integration’s secret key.'),
    redirect_uri: text('The integration’s redirect address, to the letter.'),
    auth_code: Type.Optional(text('An authorization code, which amoCRM exchanges for 20 minutes.')),
    refresh_token: Type.Optional(text('A refresh token, instead of a code.')),
  },
  {
    additionalProperties: false,
    title: 'OAuthIntegration',
    description:
      'An OAuth integration, which renews its tokens itself. Access is given at `/oauth/start`, or by a code or a refresh ' +
      'token; one that has been exchanged does no harm afterwards.',
  },
);
export const AccountAccess = Type.Union([LongLived, OAuth], {
  description: 'How amoCRM is accessed: a long-lived token, or OAuth.',
});
/** Names of everything that access may have. */
export const accessNames = [...Object.keys(LongLived.properties), ...Object.keys(OAuth.properties)];
export type AccountAccess = Static<typeof AccountAccess>;

export type AccessJudged = { access: AccountAccess } | { faults: { name: string | undefined; message: Message }[] };

const accountAccess = checkOf(AccountAccess);

/** What is wrong with a way of access, without its values: they are secrets. */
export function judgeAccess(given: Record<string, unknown>): AccessJudged {
  if (accountAccess.accepts(given)) return { access: given };
  const { properties, required } = 'access_token' in given ? LongLived : OAuth;
  const known = Object.keys(properties);
  const isGiven = (name: string) => given[name] !== undefined;
  if (!known.some(isGiven)) return { faults: [{ name: undefined, message: accountMessages.needsAccess }] };
  const faults = [
    ...Object.keys(given).flatMap((name) =>
      known.includes(name) ? [] : [{ name, message: accountMessages.strayAccess(known.join(', ')) }],
    ),
    ...required.flatMap((name) => (isGiven(name) ? [] : [{ name, message: paramMessages.required }])),
    ...Object.entries(properties).flatMap(([name, schema]) =>
      !isGiven(name) || checkOf(schema).accepts(given[name]) ? [] : [{ name, message: accountMessages.oneWord }],
    ),
  ];
  return { faults };
}

/** The account that the settings describe. Rows of releases that knew one account alone belong to it. */
export const settingsAccount = 'default';

/** An account as it is kept. */
export interface AccountRecord {
  id: string;
  /** Origin of the account, without a trailing slash. */
  baseUrl: string;
  access: AccountAccess;
  /** In the form of a field map file. */
  fieldMap: Record<string, unknown>;
  rateLimit: number;
  batchSize: number;
  isDisabled: boolean;
}

/** The way of access that the service layer is given. */
export function accessOf(given: AccountAccess): Access {
  if ('access_token' in given) return { kind: 'long-lived', accessToken: given.access_token };
  const { client_id: id, client_secret: secret, redirect_uri: redirectUri, auth_code, refresh_token } = given;
  const client = { id, secret, redirectUri };
  if (auth_code !== undefined)
    return { kind: 'oauth', client, grant: { kind: 'authorization_code', value: auth_code } };
  if (refresh_token === undefined) return { kind: 'oauth', client, grant: undefined };
  return { kind: 'oauth', client, grant: { kind: 'refresh_token', value: refresh_token } };
}

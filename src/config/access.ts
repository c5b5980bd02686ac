import type { Grant, OAuthClient } from '../amocrm/tokens/grant.ts';
import { type OAuthOptions, oauth } from '../amocrm/tokens/oauth.ts';
import type { TokenStore } from '../amocrm/tokens/token-store.ts';
import { type Authorize, longLived } from '../amocrm/wire/token-source.ts';
import type { Message } from '../messages/message.ts';
import { expectedParts, expectedSettings, settingMessages } from '../messages/settings.ts';
import { SettingError } from './setting-error.ts';

/** How the service authenticates to amoCRM: with a long-lived token, or as an OAuth integration that renews its own. */
export type Access =
  | { kind: 'long-lived'; accessToken: string }
  /** `grant` is exchanged for the first tokens; without it and without stored ones a person gives access in a browser. */
  | { kind: 'oauth'; client: OAuthClient; grant: Grant | undefined };

const oauthSettings = [
  'AMO_CLIENT_ID',
  'AMO_CLIENT_SECRET',
  'AMO_REDIRECT_URI',
  'AMO_AUTH_CODE',
  'AMO_REFRESH_TOKEN',
] as const;

type AccessSettings = { readonly [Name in 'AMO_ACCESS_TOKEN' | (typeof oauthSettings)[number]]?: string | undefined };

const expected = {
  AMO_CLIENT_ID: expectedParts.clientId,
  AMO_CLIENT_SECRET: expectedParts.clientSecret,
  AMO_REDIRECT_URI: expectedSettings.AMO_REDIRECT_URI,
} satisfies Record<string, Message>;

/** The long-lived token or OAuth; throws SettingError where none, both or only parts are set. */
export function chooseAccess(settings: AccessSettings): Access {
  const { AMO_ACCESS_TOKEN: accessToken } = settings;
  const set = oauthSettings.find((name) => settings[name] !== undefined);
  if (set === undefined && accessToken === undefined) {
    throw new SettingError(settingMessages.missing('AMO_ACCESS_TOKEN', expectedParts.accessToken));
  }
  if (accessToken === undefined) return { kind: 'oauth', client: readClient(settings), grant: readGrant(settings) };
  if (set === undefined) return { kind: 'long-lived', accessToken };
  throw new SettingError(settingMessages.twoAccesses(set));
}

interface AuthorizeOptions extends Pick<OAuthOptions, 'clock' | 'onToken'> {
  longLivedToken: () => string | undefined;
}

/** The token source of the gate. */
export async function authorizeBy(
  access: Access,
  tokensOf: (clientId: string) => Promise<TokenStore>,
  { longLivedToken, ...options }: AuthorizeOptions,
): Promise<Authorize> {
  if (access.kind === 'long-lived') return longLived(longLivedToken);
  const { client, grant } = access;
  return oauth({ client, grant, store: await tokensOf(client.id), ...options });
}

function readClient(settings: AccessSettings): OAuthClient {
  return {
    id: required(settings, 'AMO_CLIENT_ID'),
    secret: required(settings, 'AMO_CLIENT_SECRET'),
    redirectUri: required(settings, 'AMO_REDIRECT_URI'),
  };
}

function required(settings: AccessSettings, name: keyof typeof expected): string {
  const value = settings[name];
  if (value === undefined) throw new SettingError(settingMessages.missing(name, expected[name]));
  return value;
}

function readGrant({ AMO_AUTH_CODE: code, AMO_REFRESH_TOKEN: refreshToken }: AccessSettings): Grant | undefined {
  if (code !== undefined && refreshToken !== undefined) {
    throw new SettingError(settingMessages.bothSet('AMO_AUTH_CODE', 'AMO_REFRESH_TOKEN'));
  }
  if (code !== undefined) return { kind: 'authorization_code', value: code };
  return refreshToken === undefined ? undefined : { kind: 'refresh_token', value: refreshToken };
}

import { type Answer, json } from '../http/answer.ts';
import type { World } from '../world.ts';
import type { Tokens, Use } from './tokens.ts';

const CODE_HINTS: Record<Exclude<Use, 'ok'>, string> = {
  unknown: 'Cannot decrypt the authorization code',
  expired: 'Authorization code has expired',
  revoked: 'Authorization code has been revoked',
};
const REFRESH_HINTS: Record<Exclude<Use, 'ok'>, string> = {
  unknown: 'Cannot decrypt the refresh token',
  expired: 'Token has expired',
  revoked: 'Token has been revoked',
};

/** POST /oauth2/access_token: a code or a refresh token for a new pair. */
export function accessToken(sent: Record<string, unknown>, host: string, { tokens, store, settings }: World): Answer {
  for (const key of ['client_id', 'client_secret', 'grant_type', 'redirect_uri']) {
    if (typeof sent[key] !== 'string' || sent[key] === '') return invalid(400, `Check the \`${key}\` parameter`);
  }
  if (sent.client_id !== tokens.clientId || sent.client_secret !== tokens.clientSecret) return unknownClient();
  if (sent.redirect_uri !== tokens.redirectUri) return invalid(400, 'Redirect URI is not associated with client');
  const refusal = exchange(sent, tokens);
  if (refusal) return refusal;
  if (settings.refreshEndsAccess && sent.grant_type === 'refresh_token') tokens.revokeAccess();
  return json(200, tokens.issue({ accountId: store.account.id, userId: store.account.current_user_id, host }));
}

// A spent refresh token is 401, a spent code 400: so live clients report it, the documentation knows 400 alone.
function exchange(sent: Record<string, unknown>, tokens: Tokens): Answer | undefined {
  const { grant_type: type, code, refresh_token: refresh } = sent;
  if (type === 'authorization_code') {
    if (typeof code !== 'string') return invalid(400, 'Check the `code` parameter');
    const use = tokens.useCode(code);
    return use === 'ok' ? undefined : invalid(400, CODE_HINTS[use]);
  }
  if (type === 'refresh_token') {
    if (typeof refresh !== 'string') return invalid(400, 'Check the `refresh_token` parameter');
    const use = tokens.useRefresh(refresh);
    return use === 'ok' ? undefined : invalid(401, REFRESH_HINTS[use]);
  }
  return invalid(400, 'Check the `grant_type` parameter');
}

const TYPE = 'https://developers.amocrm.ru/v3/errors/OAuthProblemJson';

function invalid(status: number, hint: string): Answer {
  const detail = 'В запросе отсутствует ряд параметров или параметры невалидны';
  return json(status, { hint, title: 'Некорректный запрос', type: TYPE, status, detail });
}

function unknownClient(): Answer {
  return json(401, { title: 'Некорректный клиент', type: TYPE, status: 401, detail: 'Авторизация клиента не прошла' });
}

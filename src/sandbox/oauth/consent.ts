import { type Answer, page } from '../http/answer.ts';
import { html, type Markup } from '../page/markup.ts';
import type { World } from '../world.ts';

/** The page's form ends at the redirect address, so that browsers must be told of it. */
const policyFor = (redirectUri: string) =>
  ["default-src 'none'", 'img-src data:', `form-action 'self' ${new URL(redirectUri).origin}`, "base-uri 'none'"].join(
    '; ',
  );

/**
 * GET /oauth, the page where an administrator allows an integration the access, and what its buttons do: as
 * https://www.amocrm.ru/developers/content/oauth/step-by-step has it. `mode` decides between two windows, and here is one.
 */
export function serveConsent(
  world: World,
  method: string | undefined,
  search: URLSearchParams,
  body: string,
  host: string,
): Answer {
  const { tokens, store, settings } = world;
  const isDecision = method === 'POST';
  const sent = isDecision ? new URLSearchParams(body) : search;
  if (sent.get('client_id') !== tokens.clientId) return show(400, html`<p>Интеграция не найдена.</p>`);
  if (settings.role === 'user') return show(403, html`<p>Дать доступ может только администратор аккаунта.</p>`);
  const state = sent.get('state') ?? undefined;
  if (isDecision) return answerOf(world, sent.get('decision') === 'allow', state, host);
  return show(
    200,
    html`<p>Интеграция просит доступ к аккаунту <b>${store.account.name}</b> (${host}): данные аккаунта, файлы, уведомления.</p>
<form method="post" action="/oauth">
  <input type="hidden" name="client_id" value="${tokens.clientId}">
  ${state === undefined ? '' : html`<input type="hidden" name="state" value="${state}">`}
  <button name="decision" value="allow">Разрешить</button>
  <button name="decision" value="refuse">Отказать</button>
</form>`,
    { 'content-security-policy': policyFor(tokens.redirectUri) },
  );
}

/** A redirect to the integration: with a code and the account's address, or with the refusal. */
function answerOf({ tokens }: World, isAllowed: boolean, state: string | undefined, host: string): Answer {
  const location = new URL(tokens.redirectUri);
  const told: Record<string, string> = isAllowed
    ? { code: tokens.authCode(), referer: host, platform: '1' }
    : { error: 'access_denied' };
  for (const [name, value] of Object.entries(told)) location.searchParams.set(name, value);
  if (state !== undefined) location.searchParams.set('state', state);
  return { status: 302, headers: { location: location.href }, body: '' };
}

function show(status: number, content: Markup, headers: Record<string, string> = {}): Answer {
  const { markup } = html`<!doctype html>
<html lang="ru">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Доступ к amoCRM (песочница)</title>
  <link rel="icon" href="data:,">
</head>
<body>
  <h1>Доступ к amoCRM (песочница)</h1>
  ${content}
</body>
</html>`;
  const shown = page(status, markup);
  return { ...shown, headers: { ...shown.headers, 'cache-control': 'no-store', ...headers } };
}

import t from 'tap';
import { asBrowser, askForConsent, changed, decide } from '../fixtures/consent.ts';
import { createFakeClock } from '../fixtures/fake-clock.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { clientEnv, createShiftedClock, openIntegration } from '../fixtures/oauth.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf } from '../fixtures/service.ts';

const find = ['amocrm_search', { query: 'Иван' }] as const;
const inRussian = { 'accept-language': 'ru' };

t.test('a service without a code starts, says what to do, and works once access is allowed', async (t) => {
  const { sandbox, start, stored, exchanges } = await openIntegration(t);
  const { app, step, health, lines, told, close } = await start({ HEALTH_CACHE_SECONDS: '3600' });
  t.match(await told('missing'), { level: 'warn' });
  for (const answer of [await step(...find), await health()]) {
    isProblem(t, answer, 'AMOCRM_UNAUTHORIZED', { status: answer.status });
    t.match(answer.body.detail, /open \/oauth\/start/);
  }
  t.match((await step(...find, inRussian)).body.detail, /откройте в браузере \/oauth\/start/);
  const { checks } = answerOf(await app.inject('/doctor')).body;
  t.match(
    checks.find(({ id }: { id: string }) => id === 'token'),
    { status: 'fail', action: /Open \/oauth\/start/ },
  );
  t.equal(sandbox.requests.length, 0, 'and asks nothing of amoCRM');

  const asked = await askForConsent(app);
  t.match(asked, { status: 200, body: { base_url: sandbox.url, expires_at: /^\d{4}-.*Z$/ } });
  const back = await decide(sandbox, asked.body.url, 'allow');
  const page = await app.inject({ url: back, headers: { ...asBrowser, ...inRussian } });
  t.match(page, {
    statusCode: 200,
    headers: {
      'content-type': /^text\/html/,
      'content-language': 'ru',
      'cache-control': 'no-store',
      'content-security-policy': /^default-src 'none'; style-src 'sha256-/,
      'referrer-policy': 'same-origin',
    },
    body: /<html lang="ru">[\s\S]*Доступ получен/,
  });
  t.ok(sandbox.oauth.isFresh(stored()?.refresh_token ?? ''));
  t.equal((await step(...find)).status, 200);
  t.equal((await health()).status, 200, 'what was kept of the time before does not count');
  t.notMatch((await app.inject('/doctor')).body, /"fail"/);

  const { code = '', state = '' } = Object.fromEntries(new URL(back, 'http://service').searchParams);
  const seen = JSON.stringify(lines) + (await app.inject('/metrics')).body;
  for (const secret of [code, state, sandbox.oauth.clientSecret]) t.notOk(seen.includes(secret));
  t.notMatch(seen, /def50200|eyJ/);
  await close();
  t.equal((await (await start()).step(...find)).status, 200, 'a restart goes on with what is stored');
  t.match(exchanges(), [{ body: { grant_type: 'authorization_code' } }]);
  t.equal(exchanges().length, 1);
});

t.test('amoCRM’s answer counts once, in time, from the account that was asked', async (t) => {
  const clock = createFakeClock();
  const { sandbox, start, exchanges } = await openIntegration(t, { clock });
  const { app } = await start();
  const answer = async (url: string) => answerOf(await app.inject(url));
  const refused = async (url: string, detail: RegExp) => {
    const problem = await answer(url);
    isProblem(t, problem, 'INVALID_REQUEST');
    t.match(problem.body.detail, detail);
  };
  const allowed = async () => decide(sandbox, (await askForConsent(app)).body.url, 'allow');

  await refused('/oauth/callback', /used before, has run out/);
  await refused(changed(await allowed(), { state: undefined }), /used before/);
  await refused(changed(await allowed(), { state: 'a'.repeat(43) }), /used before/);
  const twice = `${await allowed()}&state=b`;
  await refused(twice, /used before/);
  for (const referer of ['evil.example.com', `${new URL(sandbox.url).host}.evil.example.com`, '', undefined]) {
    const back = await allowed();
    await refused(changed(back, { referer }), referer ? /another account/ : /without the account’s address/);
    await refused(back, /used before/);
  }
  for (const code of ['', 'with a blank', undefined])
    await refused(changed(await allowed(), { code }), /without a code/);
  await refused(await decide(sandbox, (await askForConsent(app)).body.url, 'refuse'), /not allowed in amoCRM/);
  const late = await allowed();
  await clock.advance(15 * 60_000);
  await refused(late, /run out/);
  const first = await allowed();
  for (let more = 0; more < 20; more += 1) await askForConsent(app);
  await refused(first, /used before/);
  t.equal(exchanges().length, 0, 'none of them reached amoCRM');

  const back = await allowed();
  const { statusCode } = await app.inject({ method: 'HEAD', url: back });
  t.equal(statusCode, 405, 'a look at the address does not use it up');
  t.equal((await app.inject(back)).statusCode, 200);
  await refused(back, /used before/);
  t.equal(exchanges().length, 1);
});

t.test('a page never shows or follows what came in the address', async (t) => {
  const { start } = await openIntegration(t);
  const { app } = await start();
  const probe = '"><a href=https://evil.example.com>x</a>';
  const query = new URLSearchParams({ code: probe, state: probe, referer: probe, error: probe, redirect_uri: probe });
  for (const path of ['/oauth/start', '/oauth/callback']) {
    const { body, headers } = await app.inject({ url: `${path}?${query}`, headers: asBrowser });
    t.match(headers, { 'content-type': /^text\/html/, location: undefined });
    t.notMatch(body, /evil|https?:/, path);
  }
});

t.test('a code that amoCRM refuses leaves the tokens alone; one that it cannot take now is tried again', async (t) => {
  const clock = createFakeClock();
  const { sandbox, start, stored } = await openIntegration(t, { clock });
  const { app, step, told, lines } = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  await told('refreshed');
  const before = stored();
  const allowed = async () => decide(sandbox, (await askForConsent(app)).body.url, 'allow');
  const refused = answerOf(await app.inject(changed(await allowed(), { code: 'made-up' })));
  isProblem(t, refused, 'AMOCRM_UNAUTHORIZED');
  const page = await app.inject({ url: changed(await allowed(), { code: '<made-up>' }), headers: asBrowser });
  t.match(page, { statusCode: 502, body: /refused the authorization code[\s\S]*href="start"/ });
  t.strictSame(stored(), before);
  t.equal((await step(...find)).status, 200);

  // It is asked three times at once.
  sandbox.faults.add({ path: '/oauth2', times: 3, action: { kind: 'status', status: 503, body: {} } });
  let isAnswered = false;
  const answer = app.inject(await allowed()).finally(() => {
    isAnswered = true;
  });
  while (!isAnswered) await clock.advance(1_000);
  const failed = answerOf(await answer);
  t.equal(failed.body.success, false);
  const from = lines.length;
  await clock.advance(60_000);
  await told('refreshed', from);
  t.not(stored()?.refresh_token, before?.refresh_token);
  t.equal((await step(...find)).status, 200);
});

t.test('a wrong id or secret of the integration is told as such, on the page and by the doctor', async (t) => {
  const { sandbox, start } = await openIntegration(t);
  const { app } = await start({ AMO_CLIENT_SECRET: 'not-this-one' });
  const back = await decide(sandbox, (await askForConsent(app)).body.url, 'allow');
  const page = await app.inject({ url: back, headers: { ...asBrowser, ...inRussian } });
  t.match(page.body, /ID интеграции или секретный ключ неверен[^<]*«Ключи и доступы»[^<]*AMO_CLIENT_SECRET/);
  const asked = await app.inject({ method: 'POST', url: '/oauth/start', headers: { ...asBrowser, ...inRussian } });
  t.match(asked.body, /Если amoCRM не находит интеграцию, неверен её ID[^<]*AMO_CLIENT_ID/);
});

t.test('after a revocation the doctor says so of the tokens, and what to do', async (t) => {
  const { sandbox, start } = await openIntegration(t);
  const { app, told } = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  await told('refreshed');
  sandbox.oauth.revokeAll();
  const { checks } = answerOf(await app.inject({ url: '/doctor', headers: inRussian })).body;
  const check = (wanted: string) => checks.find(({ id }: { id: string }) => id === wanted);
  t.match(check('account'), {
    status: 'fail',
    detail: /отозвана или истекла/,
    action: /^Если amoCRM не принял саму интеграцию.*\/oauth\/start/,
  });
  t.match(check('token'), {
    status: 'fail',
    detail: /^amoCRM больше не принимает токены OAuth от 20/,
    action: /\/oauth\/start/,
  });
});

t.test('access that was revoked in amoCRM is given anew without a restart', async (t) => {
  const { sandbox, start } = await openIntegration(t);
  const { app, step, told } = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  await told('refreshed');
  sandbox.oauth.revokeAll();
  const refused = await step(...find);
  isProblem(t, refused, 'AMOCRM_UNAUTHORIZED');
  t.match(refused.body.detail, /revoked or has expired.*open \/oauth\/start/);
  const back = await decide(sandbox, (await askForConsent(app)).body.url, 'allow');
  t.equal((await app.inject(back)).statusCode, 200);
  t.equal((await step(...find)).status, 200);
});

t.test('a redirect address that leads elsewhere is told at the start', async (t) => {
  const { start } = await openIntegration(t);
  const { app } = await start({ AMO_REDIRECT_URI: 'https://example.com/' });
  const refused = await askForConsent(app);
  isProblem(t, refused, 'INVALID_REQUEST');
  t.match(refused.body.detail, /\/oauth\/callback at its end/);
});

t.test('it takes a key that may write, by header or from the page', async (t) => {
  const keys = { all: 'bot-key-0123456789', read: 'report-key-0123456', metrics: 'prom-key-012345678' };
  const { start } = await openIntegration(t);
  const { app } = await start({ API_KEYS: `bot=${keys.all},report:read=${keys.read},prom:metrics=${keys.metrics}` });
  const shown = await app.inject({ url: '/oauth/start', headers: asBrowser });
  t.match(shown, { statusCode: 200, body: /<form method="post" action="start">[\s\S]*name="key" type="password"/ });
  t.notMatch(shown.body, /name="account"/);
  const post = (payload: string, headers = {}) =>
    app.inject({
      method: 'POST',
      url: '/oauth/start',
      payload,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  isProblem(t, await askForConsent(app), 'UNAUTHORIZED');
  isProblem(t, await askForConsent(app, { 'x-api-key': 'guessed-key-012345' }), 'UNAUTHORIZED');
  isProblem(t, await askForConsent(app, { 'x-api-key': keys.read }), 'KEY_NOT_ALLOWED');
  isProblem(t, await askForConsent(app, { 'x-api-key': keys.metrics }), 'UNAUTHORIZED');
  t.equal((await askForConsent(app, { 'x-api-key': keys.all })).status, 200);
  isProblem(t, answerOf(await post('key=guessed-key-012345')), 'UNAUTHORIZED');
  isProblem(t, answerOf(await post(`key=${keys.read}`)), 'KEY_NOT_ALLOWED');
  isProblem(t, answerOf(await post(`key=${keys.metrics}`)), 'KEY_NOT_ALLOWED');
  isProblem(t, answerOf(await post(`key=${keys.all}&next=https://evil.example.com`)), 'INVALID_REQUEST');
  t.match(await post(`key=${keys.all}`, asBrowser), { statusCode: 200, body: /<a class="button" href="http:/ });
  const again = await post('key=guessed-key-012345', { ...asBrowser, ...inRussian });
  t.match(again, {
    statusCode: 401,
    body: /role="alert">Такого ключа нет\. Нужен ключ из настройки API_KEYS [\s\S]*<form/,
  });
  t.notMatch(again.body, /guessed/);
  const foreign = await post(`key=${keys.all}`, { origin: 'https://evil.example.com' });
  isProblem(t, answerOf(foreign), 'ORIGIN_NOT_ALLOWED');
});

t.test('with several accounts the start names one of the key’s own', async (t) => {
  const many = await startMany(t, { sandboxes: { studio: {}, garage: {} } });
  const access = (id: string) => {
    const { AMO_CLIENT_ID, AMO_CLIENT_SECRET, AMO_REDIRECT_URI } = clientEnv(many.sandbox(id));
    return { client_id: AMO_CLIENT_ID, client_secret: AMO_CLIENT_SECRET, redirect_uri: AMO_REDIRECT_URI };
  };
  for (const id of ['studio', 'garage']) {
    const put = await many.admin('PUT', `/accounts/${id}`, { base_url: many.sandbox(id).url, access: access(id) });
    t.match(put, { status: 201, body: { token_expires_at: null } });
  }
  await many.admin('PUT', '/accounts/plain', { base_url: 'http://127.0.0.1:9', access: { access_token: 'x' } });
  const studio = await many.caller('bot', ['studio']);
  isProblem(t, await studio.call('POST', '/steps/amocrm_search', { params: find[1] }), 'AMOCRM_UNAUTHORIZED');
  isProblem(t, await many.admin('POST', '/oauth/start'), 'INVALID_REQUEST');
  isProblem(t, await many.admin('POST', '/oauth/start', { account: 'plain' }), 'INVALID_REQUEST');
  isProblem(t, await many.admin('POST', '/oauth/start', { account: 'nobody' }), 'ACCOUNT_NOT_FOUND');
  isProblem(t, await studio.call('POST', '/oauth/start', { account: 'garage' }), 'ACCOUNT_NOT_FOUND');
  const page = await many.app().inject({ url: '/oauth/start', headers: asBrowser });
  t.match(page.body, /name="account"/);

  const own = await studio.call('POST', '/oauth/start');
  t.match(own, { status: 200, body: { base_url: many.sandbox('studio').url } });
  const other = await decide(many.sandbox('garage'), own.body.url, 'allow');
  isProblem(t, answerOf(await many.app().inject(other)), 'INVALID_REQUEST', { what: 'another account’s code' });
  t.equal(many.sandbox('garage').requests.length + many.sandbox('studio').requests.length, 0);

  for (const asked of [
    await studio.call('POST', '/oauth/start'),
    await many.admin('POST', '/oauth/start', { account: 'garage' }),
  ]) {
    const id = asked.body.base_url === many.sandbox('studio').url ? 'studio' : 'garage';
    const back = await decide(many.sandbox(id), asked.body.url, 'allow');
    t.match((await many.app().inject(back)).body, /Access is there/);
    t.match((await many.admin('GET', `/accounts/${id}`)).body, { token_expires_at: String });
  }
  t.equal((await studio.call('POST', '/steps/amocrm_search', { params: find[1] })).status, 200);
  const late = await decide(
    many.sandbox('garage'),
    (await many.admin('POST', '/oauth/start', { account: 'garage' })).body.url,
    'allow',
  );
  await many.admin('DELETE', '/accounts/garage');
  isProblem(t, answerOf(await many.app().inject(late)), 'ACCOUNT_NOT_FOUND');
});

t.test('a code that comes to nothing does not stand before the renewal of tokens that are there', async (t) => {
  const refusals = [
    { status: 400, body: {} },
    { status: 400, body: { hint: 'Invalid account' } },
    { status: 403, body: { title: 'Forbidden' } },
  ];
  for (const { status, body } of refusals) {
    const clock = createShiftedClock();
    const { sandbox, start, exchanges } = await openIntegration(t, { clock });
    const { app, step, health, close } = await start();
    const give = async () => app.inject(await decide(sandbox, (await askForConsent(app)).body.url, 'allow'));
    t.equal((await give()).statusCode, 200);
    sandbox.faults.add({ path: '/oauth2', times: 3, action: { kind: 'status', status, body } });
    t.not((await give()).statusCode, 200);
    sandbox.faults.clear();
    t.equal((await step(...find)).status, 200, 'the tokens that are there stay');
    clock.shift(25 * 3_600_000);
    t.equal((await step(...find)).status, 200);
    t.equal((await health()).status, 200);
    t.match(exchanges().at(-1), { status: 200, body: { grant_type: 'refresh_token' } });
    await close();
  }
});

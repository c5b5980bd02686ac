import t from 'tap';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { open, send } from './open.ts';

const DAY = 86_400_000;

/** Asks for tokens; `changes` replace or add parameters. */
async function ask({ url, oauth }: Sandbox, changes: Record<string, string>) {
  const response = await fetch(`${url}/oauth2/access_token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: oauth.clientId,
      client_secret: oauth.clientSecret,
      redirect_uri: oauth.redirectUri,
      ...changes,
    }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    json: JSON.parse(await response.text()),
  };
}

const byCode = (code: string) => ({ grant_type: 'authorization_code', code });
const byRefresh = (refresh_token: string) => ({ grant_type: 'refresh_token', refresh_token });
const reads = async (sandbox: Sandbox, token: string) =>
  (await send({ ...sandbox, token }, 'GET', '/api/v4/account')).status;

t.test('a code is good for one pair of tokens', async (t) => {
  const { sandbox } = await open(t);
  const code = sandbox.oauth.authCode();
  const { status, type, json } = await ask(sandbox, byCode(code));
  t.strictSame([status, type], [200, 'application/json']);
  t.match(json, { token_type: 'Bearer', expires_in: 86400, server_time: Number, refresh_token: /^def50200/ });
  const claims = JSON.parse(Buffer.from(json.access_token.split('.')[1], 'base64url').toString());
  t.match(claims, { aud: sandbox.oauth.clientId, account_id: 31415926, sub: '8000001' });
  t.equal(await reads(sandbox, json.access_token), 200);
  t.match(await ask(sandbox, byCode(code)), { status: 400, json: { hint: 'Authorization code has been revoked' } });
});

t.test('a code lives twenty minutes, an access token a day, a refresh token three months', async (t) => {
  let now = Date.now();
  const { sandbox } = await open(t, { now: () => now });
  const stale = sandbox.oauth.authCode();
  now += 20 * 60_000;
  t.match(await ask(sandbox, byCode(stale)), { status: 400, json: { hint: 'Authorization code has expired' } });
  const first = (await ask(sandbox, byCode(sandbox.oauth.authCode()))).json;
  now += DAY - 1;
  t.equal(await reads(sandbox, first.access_token), 200);
  now += 1;
  t.equal(await reads(sandbox, first.access_token), 401);
  const second = (await ask(sandbox, byRefresh(first.refresh_token))).json;
  t.equal(await reads(sandbox, second.access_token), 200);
  now += 90 * DAY;
  t.match(await ask(sandbox, byRefresh(second.refresh_token)), { status: 401, json: { hint: 'Token has expired' } });
  t.equal(await reads(sandbox, sandbox.token), 200, 'the long-lived token stays');
});

t.test('a refresh token is exchanged exactly once', async (t) => {
  const { sandbox } = await open(t);
  const { refresh_token } = (await ask(sandbox, byCode(sandbox.oauth.authCode()))).json;
  const replies = await Promise.all([ask(sandbox, byRefresh(refresh_token)), ask(sandbox, byRefresh(refresh_token))]);
  t.strictSame(replies.map(({ status }) => status).sort(), [200, 401]);
  t.match(replies.find(({ status }) => status === 401)?.json, {
    hint: 'Token has been revoked',
    title: 'Некорректный запрос',
    type: 'https://developers.amocrm.ru/v3/errors/OAuthProblemJson',
  });
});

t.test('wrong parameters are refused in the documented words', async (t) => {
  const { sandbox } = await open(t);
  const code = byCode(sandbox.oauth.authCode());
  const cases: [Record<string, string>, number, object][] = [
    [{ ...code, client_id: '' }, 400, { hint: 'Check the `client_id` parameter' }],
    [{ ...code, client_secret: 'wrong' }, 401, { title: 'Некорректный клиент' }],
    [{ ...code, redirect_uri: 'https://other.example' }, 400, { hint: 'Redirect URI is not associated with client' }],
    [byCode('made-up'), 400, { hint: 'Cannot decrypt the authorization code' }],
    [byRefresh('made-up'), 401, { hint: 'Cannot decrypt the refresh token' }],
    [{ grant_type: 'password' }, 400, { hint: 'Check the `grant_type` parameter' }],
  ];
  for (const [sent, status, json] of cases) t.match(await ask(sandbox, sent), { status, json }, JSON.stringify(sent));
  t.equal((await ask(sandbox, code)).status, 200, 'a refused request does not spend the code');
});

t.test('tokens can be revoked, and tokens of other integrations let in', async (t) => {
  const { sandbox } = await open(t, { rateLimit: 2 });
  sandbox.oauth.allow('second-token', 'another integration');
  t.strictSame([await reads(sandbox, sandbox.token), await reads(sandbox, sandbox.token)], [200, 200]);
  t.equal(await reads(sandbox, 'second-token'), 200, 'it has a limit of its own');
  sandbox.oauth.revoke('second-token');
  t.equal(await reads(sandbox, 'second-token'), 401);
});

t.test('the log names the grant and no secret', async (t) => {
  const { sandbox } = await open(t);
  const { json } = await ask(sandbox, byCode(sandbox.oauth.authCode()));
  await ask(sandbox, byRefresh(json.refresh_token));
  t.match(sandbox.requests, [
    { path: '/oauth2/access_token', status: 200, body: { grant_type: 'authorization_code' } },
    { path: '/oauth2/access_token', status: 200, body: { grant_type: 'refresh_token' } },
  ]);
  t.notMatch(JSON.stringify(sandbox.requests), /def50200|secret/);
});

t.test(
  'what was issued can be revoked, access alone or all, as when an administrator removes the integration',
  async (t) => {
    const { sandbox, call } = await open(t);
    const first = (await ask(sandbox, byCode(sandbox.oauth.authCode()))).json;
    t.equal((await call('POST', '/_sandbox/oauth/revoke', { what: 'access' })).status, 204);
    t.equal(await reads(sandbox, first.access_token), 401);
    const second = (await ask(sandbox, byRefresh(first.refresh_token))).json;
    t.equal(await reads(sandbox, second.access_token), 200);
    t.ok(sandbox.oauth.isFresh(second.refresh_token));
    const code = sandbox.oauth.authCode();
    t.equal((await call('POST', '/_sandbox/oauth/revoke', { what: 'all' })).status, 204);
    t.notOk(sandbox.oauth.isFresh(second.refresh_token));
    t.equal(await reads(sandbox, second.access_token), 401);
    t.equal((await ask(sandbox, byRefresh(second.refresh_token))).status, 401);
    t.equal((await ask(sandbox, byCode(code))).status, 400);
    t.equal(await reads(sandbox, sandbox.token), 200, 'the long-lived token stays');
    t.equal((await call('POST', '/_sandbox/oauth/revoke', {})).status, 400);
  },
);

t.test('a refresh leaves the former access token alone, or ends it: amoCRM does not say', async (t) => {
  for (const refreshEndsAccess of [false, true]) {
    const { sandbox } = await open(t, { refreshEndsAccess });
    const first = (await ask(sandbox, byCode(sandbox.oauth.authCode()))).json;
    await ask(sandbox, byRefresh(first.refresh_token));
    t.equal(await reads(sandbox, first.access_token), refreshEndsAccess ? 401 : 200);
  }
});

t.test('limits, blocks and faults meet the token endpoint too', async (t) => {
  const { sandbox } = await open(t, { rateLimit: 1 });
  const grant = byCode(sandbox.oauth.authCode());
  sandbox.faults.add({ path: '/oauth2', action: { kind: 'after', next: { kind: 'status', status: 502, body: {} } } });
  t.equal((await ask(sandbox, grant)).status, 502);
  t.match(sandbox.requests, [{ status: 502, fault: 'after', body: { grant_type: 'authorization_code' } }]);
  await t.rejects(ask(sandbox, grant), 'a gateway’s page');
  t.equal(sandbox.requests.at(-1)?.status, 429);
  sandbox.settings.rateLimit = 0;
  t.match(await ask(sandbox, grant), { status: 400, json: { hint: /revoked/ } }, 'the 502 came after the work');
  sandbox.settings.banned = true;
  await t.rejects(ask(sandbox, grant));
  t.equal(sandbox.requests.at(-1)?.status, 403);
});

import t from 'tap';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { open } from './open.ts';

const redirectUri = 'https://steps.example.com/below/oauth/callback?kept=1';

async function openConsent(t: Parameters<typeof open>[0], options: SandboxOptions = {}) {
  const { sandbox } = await open(t, { redirectUri, ...options });
  const client_id = sandbox.oauth.clientId;
  const page = (query: Record<string, string>) => fetch(`${sandbox.url}/oauth?${new URLSearchParams(query)}`);
  const press = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id, ...form });
    const answer = await fetch(`${sandbox.url}/oauth`, { method: 'POST', body, redirect: 'manual' });
    return { status: answer.status, location: answer.headers.get('location') };
  };
  return { sandbox, client_id, page, press };
}

const parametersOf = (location: string | null) => Object.fromEntries(new URL(String(location)).searchParams);

t.test('an administrator allows the access: a code, the account’s address and the state lead back', async (t) => {
  const { sandbox, client_id, page, press } = await openConsent(t);
  const shown = await page({ client_id, state: '"><script>', mode: 'post_message' });
  t.equal(shown.status, 200);
  const markup = await shown.text();
  t.match(markup, /value="allow">Разрешить<[\s\S]*value="refuse">Отказать</);
  t.match(markup, 'name="state" value="&quot;&gt;&lt;script&gt;"');
  const { status, location } = await press({ decision: 'allow', state: 'a state' });
  t.equal(status, 302);
  t.match(location, /^https:\/\/steps\.example\.com\/below\/oauth\/callback\?kept=1&/);
  const { code = '', ...rest } = parametersOf(location);
  t.strictSame(rest, { kept: '1', referer: new URL(sandbox.url).host, platform: '1', state: 'a state' });
  t.equal(sandbox.oauth.useCode(code), 'ok');
});

t.test('or refuses it', async (t) => {
  const { press } = await openConsent(t);
  t.strictSame(parametersOf((await press({ decision: 'refuse', state: 's' })).location), {
    kept: '1',
    error: 'access_denied',
    state: 's',
  });
  t.strictSame(
    Object.keys(parametersOf((await press({ decision: 'allow' })).location)),
    ['kept', 'code', 'referer', 'platform'],
    'without a state none comes back',
  );
});

t.test('an unknown integration and a user who is no administrator get no further', async (t) => {
  const { page, press } = await openConsent(t);
  t.equal((await page({ client_id: 'another' })).status, 400);
  t.match(await press({ client_id: 'another', decision: 'allow' }), { status: 400, location: null });
  const user = await openConsent(t, { role: 'user' });
  t.equal((await user.page({ client_id: user.client_id })).status, 403);
  t.match(await user.press({ decision: 'allow' }), { status: 403, location: null });
});

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { stateOf } from '../../src/commands/account-state.ts';
import { compileCache } from '../fixtures/compile-cache.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { isProblem } from '../fixtures/problem.ts';

const command = join(import.meta.dirname, '../../src/commands/accounts.ts');

/** Runs the command as npm does. */
async function run(env: Record<string, string>, ...args: string[]) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [command, ...args], { env: { PATH, ...compileCache, ...env } });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await closed };
}

t.test('accounts are put from a file, listed, and a key is made that works', async (t) => {
  const many = await startMany(t);
  const url = await many.app().listen({ port: 0, host: '127.0.0.1' });
  const env = { ADMIN_KEYS: `ops=${many.asAdmin['x-api-key']}` };
  const accounts = Object.fromEntries(
    ['studio', 'garage'].map((id) => {
      const { url: base_url, token } = many.sandbox(id);
      return [id, { base_url, access: { access_token: token } }];
    }),
  );
  const file = join(t.testdir(), 'accounts.json');
  writeFileSync(file, JSON.stringify(accounts));
  t.match(await run(env, 'put', file, '--url', url), { code: 0, out: 'studio is put\ngarage is put\n', err: '' });
  t.match(await run(env, 'put', file, '--url', url), { code: 0 }, 'as often as one likes');
  const { out } = await run(env, 'list', '--url', url);
  t.match(out, `studio\t${many.sandbox('studio').url}\tnot open now\t0 open jobs\n`);
  t.equal(out.split('\n').length, 3);
  const made = await run(env, 'key', 'bot', 'studio', '--url', url);
  t.equal(made.err, 'The key is for studio; it is shown this once\n');
  t.match((await run(env, 'key', 'all', '--url', url)).err, /^The key is for all accounts/);
  const key = made.out.trim();
  const jobs = (account: string) =>
    many.send({ url: '/jobs', headers: { 'x-api-key': key, 'amocrm-account': account } });
  t.equal((await jobs('studio')).status, 200);
  isProblem(t, await jobs('garage'), 'ACCOUNT_NOT_FOUND');
});

t.test('a list says of each account how it is, in words', (t) => {
  const account = { id: 'studio', base_url: 'https://studio.amocrm.ru', disabled: false, open_jobs: 0 };
  const access = { kind: 'oauth' };
  const token_expires_at = '2026-11-26T10:00:00.000Z';
  for (const [given, en, ru] of [
    [{ breaker: 'closed' }, 'works', 'работает'],
    [{ breaker: 'unreachable', owner: 'http://10.0.0.5:8080' }, 'does not answer', 'не отвечает'],
    [{ breaker: 'blocked' }, 'blocked by amoCRM', 'заблокирован в amoCRM'],
    [{ breaker: 'closed', disabled: true }, 'disabled', 'отключён'],
    [{ breaker: 'closed', access: { kind: 'long-lived' }, token_expires_at: null }, 'works', 'работает'],
    [
      { breaker: 'closed', token_expires_at: null },
      'has no access yet: see /oauth/start',
      'доступа ещё нет: откройте /oauth/start',
    ],
    [{ breaker: null, owner: null }, 'not open now', 'сейчас не открыт'],
    [
      { breaker: null, owner: 'http://10.0.0.5:8080' },
      'open at http://10.0.0.5:8080',
      'открыт в реплике http://10.0.0.5:8080',
    ],
  ] as const) {
    t.strictSame(stateOf({ ...account, access, token_expires_at, ...given }), { en, ru });
  }
  t.end();
});

t.test('of a file with a bad account it tells which are not put', async (t) => {
  const many = await startMany(t);
  const url = await many.app().listen({ port: 0, host: '127.0.0.1' });
  const env = { ADMIN_KEYS: `ops=${many.asAdmin['x-api-key']}` };
  const { url: base_url, token } = many.sandbox('studio');
  const good = { base_url, access: { access_token: token } };
  const bad = { ...good, base_url: 'https://example.com' };
  const file = join(
    t.testdir({ 'three.json': JSON.stringify({ studio: good, b2: bad, b3: good, студия: good }) }),
    'three.json',
  );
  t.match(await run(env, 'put', file, '--url', url), {
    code: 1,
    out: 'studio is put\nb3 is put\n',
    err: /^Accounts: \/accounts\/b2: INVALID_REQUEST: [^\n]*; \/accounts\/студия: INVALID_REQUEST: [^\n]*; not put: b2, студия; mend it and put the file again: what is put stays as it is\n$/,
  });
  t.match(await run({ ...env, LANG: 'ru_RU.UTF-8' }, 'put', file, '--url', url), {
    code: 1,
    err: /; не записаны: b2, студия; исправьте и повторите, записанное не изменится\n$/,
  });
});

t.test('what cannot be done ends with one line, without a secret', async (t) => {
  const many = await startMany(t);
  const url = await many.app().listen({ port: 0, host: '127.0.0.1' });
  const key = many.asAdmin['x-api-key'];
  const env = { ADMIN_KEYS: `ops=${key}` };
  const directory = t.testdir({
    'broken.json': '{\n  "studio": CANARY-4711',
    'inner.json': '{"studio":"CANARY-4711"}',
    'list.json': '["CANARY-4711"]',
    'none.json': '{}',
    'wrong.json': '{"studio":{"base_url":"https://example.com","access":{"access_token":"CANARY-4711"}}}',
  });
  const file = (name: string) => join(directory, name);
  for (const [args, given, expected] of [
    [['list'], {}, /^Accounts: ADMIN_KEYS \(or ADMIN_KEYS_FILE\) is missing: .* \.env .*docs\/en\/accounts\.md/],
    [[], {}, /^Accounts: say what to do/],
    [['list'], { ...env, PORT: 'x' }, /^Accounts: PORT is not valid: "x"; .*docs\/en\/settings\.md/],
    [[], env, /^Accounts: say what to do/],
    [['list', 'more'], env, /^Accounts: say what to do/],
    [['list', '--nope'], env, /^Accounts: say what to do/],
    [['put'], env, /^Accounts: say what to do/],
    [['put', file('absent.json')], env, /absent\.json: expected JSON .* cannot be read \(ENOENT\)/],
    [['put', file('broken.json')], env, /broken\.json: not valid JSON: line 2, column 13: Unexpected token/],
    [['put', file('list.json')], env, /list\.json: expected accounts by their ids/],
    [['put', file('none.json')], env, /none\.json: expected accounts by their ids/],
    [['put', file('inner.json')], env, /inner\.json: expected accounts by their ids/],
    [['put', file('wrong.json')], env, /\/accounts\/studio: INVALID_REQUEST: base_url must be on/],
    [['key', 'bot', 'nowhere'], env, /\/keys: ACCOUNT_NOT_FOUND/],
    [['list'], { ...env, HOST: '::', PORT: '1' }, /^Accounts: http:\/\/\[::1\]:1 cannot be reached/],
    [['list', '--url', 'localhost:8080'], env, /^Accounts: --url: expected an address such as/],
    [['list', '--url', 'http://127.0.0.1:1'], env, /cannot be reached/],
    [
      ['list'],
      { ...env, npm_config_url: 'http://127.0.0.1:2' },
      /^Accounts: http:\/\/127\.0\.0\.1:2 cannot be reached/,
    ],
    [
      ['list', 'http://127.0.0.1:2'],
      { ...env, npm_config_url: 'true' },
      /^Accounts: http:\/\/127\.0\.0\.1:2 cannot be reached/,
    ],
    [['list'], { ADMIN_KEYS: 'ops=another-key-0123456789' }, /\/accounts: UNAUTHORIZED/],
  ] as const) {
    const { code, err, out } = await run(
      given,
      ...args,
      ...(args.some((arg) => arg === '--url') || 'npm_config_url' in given || 'HOST' in given ? [] : ['--url', url]),
    );
    t.match(err, expected, args.join(' '));
    t.match([code, err.split('\n').length], [1, 2], err);
    t.notMatch(err + out, new RegExp(`CANARY|${key}|another-key`));
  }
});

t.test('in a Russian terminal it answers in Russian, the service too', async (t) => {
  const many = await startMany(t);
  const url = await many.app().listen({ port: 0, host: '127.0.0.1' });
  const env = { ADMIN_KEYS: `ops=${many.asAdmin['x-api-key']}`, LANG: 'ru_RU.UTF-8' };
  const broken = join(t.testdir({ 'broken.json': '{studio}' }), 'broken.json');
  const bare = await run({ LANG: env.LANG }, 'list');
  t.match(bare, { code: 1, err: /^Аккаунты: не задана настройка ADMIN_KEYS .* \.env .*docs\/ru\/accounts\.md\n$/ });
  for (const [args, line] of [
    [[], /^Аккаунты: укажите, что сделать: npm run accounts -- list/],
    [['put', 'нет.json', '--url', url], /^Аккаунты: нет\.json: нужен JSON с аккаунтами/],
    [['put', broken, '--url', url], /^Аккаунты: \S+broken\.json: это не JSON: строка 1, символ 2: нужно имя поля/],
    [
      ['list', '--url', 'http://127.0.0.1:1'],
      /^Аккаунты: http:\/\/127\.0\.0\.1:1 не отвечает: проверьте, запущен ли сервис/,
    ],
    [['key', 'bot', 'nowhere', '--url', url], /ACCOUNT_NOT_FOUND: accounts\[0\]: аккаунта "nowhere" здесь нет/],
  ] as const) {
    t.match(await run(env, ...args), { code: 1, err: line }, args.join(' '));
  }
});

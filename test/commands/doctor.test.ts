import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { compileCache } from '../fixtures/compile-cache.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { startService } from '../fixtures/service.ts';

t.setTimeout(180_000);
const command = join(import.meta.dirname, '../../src/commands/doctor.ts');

/** Runs the command as npm does. */
async function run(env: Record<string, string>, ...args: string[]) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [command, ...args], { env: { PATH, ...compileCache, ...env } });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await closed };
}

async function settingsOf(t: Parameters<typeof startService>[0] & { testdir(): string }) {
  const sandbox = await startSandbox();
  t.teardown(() => sandbox.close());
  // Nobody listens on port 0: the command looks by itself.
  return { AMO_BASE_URL: sandbox.url, AMO_ACCESS_TOKEN: sandbox.token, DATA_DIR: t.testdir(), PORT: '0' };
}

t.test('without a service that runs it looks by itself, and says so first', async (t) => {
  const env = await settingsOf(t);
  const { out, err, code } = await run(env);
  t.equal(err, '');
  t.equal(code, 0);
  t.equal(out.match(/^(ok|warn) /gm)?.length, 10, out);
  t.match(
    out,
    /^The service at http:\/\/127\.0\.0\.1:0 is not running: looked without it, by the settings of this directory\nok {4}amoCRM answers: /,
  );
});

t.test('it exits with 1 where a check fails, and says what to do, in the language of the terminal', async (t) => {
  const { out, code } = await run({
    ...(await settingsOf(t)),
    AMO_ACCESS_TOKEN: 'wrong',
    LC_ALL: '',
    LANG: 'ru_RU.UTF-8',
  });
  t.equal(code, 1);
  t.match(
    out,
    /^Сервис на http:\/\/127\.0\.0\.1:0 не запущен: проверено без него[^\n]*\nfail {2}amoCRM отвечает: [\s\S]*\n {6}→ Проверьте, что токен/,
  );
});

t.test('it asks the service that runs, with a key of its settings', async (t) => {
  const key = 'doctor-key-0123456789';
  const { app } = await startService(t, { env: { API_KEYS: `bot=${key}` } });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  t.match(await run({ API_KEYS: `bot=${key}`, PORT: new URL(url).port }), { code: 0, out: /^ok {4}amoCRM/ });
  t.match(await run({ API_KEYS: 'bot=another-key-0123456789' }, '--url', url), {
    code: 1,
    err: /^Doctor: \S+ UNAUTHORIZED/,
  });
  t.match(await run({}, '--url', url), {
    code: 1,
    out: '',
    err: /^Doctor: http:\S+ asks for a key, and API_KEYS and ADMIN_KEYS give none: [^\n]* \.env [^\n]*docs\/en\/settings\.md tells more\n$/,
  });
  t.match(await run({ LANG: 'ru_RU.UTF-8' }, '--url', url), {
    code: 1,
    err: /^Проверка не выполнена: http:\S+ требует ключ, а в настройках API_KEYS и ADMIN_KEYS его нет: [^\n]* \.env [^\n]*\n$/,
  });
});

t.test('with several accounts it names each', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  const url = await many.app().listen({ port: 0, host: '127.0.0.1' });
  const env = { ADMIN_KEYS: `ops=${many.asAdmin['x-api-key']}`, SECRET_KEY: many.secretKey, DATA_DIR: t.testdir() };
  t.match(await run(env, '--url', url), { code: 0, out: /^ok {4}studio: amoCRM answers/ });
});

t.test('what cannot be done is one line', async (t) => {
  const env = { AMO_BASE_URL: 'https://example.amocrm.ru', AMO_ACCESS_TOKEN: 'CANARY-4711', DATA_DIR: t.testdir() };
  for (const [given, args, expected] of [
    [{ PORT: '0' }, [], /^Doctor: AMO_BASE_URL is missing/],
    [env, ['--nope'], /^Doctor: npm run doctor/],
    [env, ['--url', 'localhost:8080'], /^Doctor: --url: expected an address such as/],
    [env, ['--url', 'nowhere'], /^Doctor: --url: expected an address/],
    [env, ['--url', 'http://127.0.0.1:1'], /^Doctor: http:\/\/127\.0\.0\.1:1 cannot be reached/],
    [{ ...env, npm_config_url: 'http://127.0.0.1:2' }, [], /^Doctor: http:\/\/127\.0\.0\.1:2 cannot be reached/],
    [{ ...env, npm_config_url: 'true' }, ['http://127.0.0.1:2'], /^Doctor: http:\/\/127\.0\.0\.1:2 cannot be reached/],
    [{ ...env, npm_config_url: 'true' }, [], /^Doctor: npm run doctor, or/],
    [env, ['http://127.0.0.1:2'], /^Doctor: npm run doctor, or/],
    [{ ...env, PORT: '0', AMO_FIELDS_FILE: '/nowhere/map.json' }, [], /^Doctor: AMO_FIELDS_FILE/],
  ] as const) {
    const { err, out, code } = await run(given, ...args);
    t.equal(code, 1);
    t.equal(out, '');
    t.match(err, expected);
    t.equal(err.trimEnd().split('\n').length, 1, err);
    t.notMatch(err, /CANARY/);
  }
});

t.test('in a Russian terminal what cannot be done is told in Russian', async (t) => {
  const env = { LC_ALL: 'ru_RU.UTF-8', AMO_BASE_URL: 'https://example.amocrm.ru', DATA_DIR: t.testdir() };
  for (const [args, line] of [
    [['--nope'], /^Проверка не выполнена: запустите npm run doctor/],
    [['--url', 'nowhere'], /^Проверка не выполнена: --url: нужен адрес вида/],
    [['--url', 'http://127.0.0.1:1'], /^Проверка не выполнена: http:\/\/127\.0\.0\.1:1 не отвечает: проверьте/],
  ] as const) {
    t.match(await run(env, ...args), { code: 1, out: '', err: line }, args.join(' '));
  }
  t.match(await run({ LC_ALL: 'ru_RU.UTF-8', PORT: '0' }), {
    err: /^Проверка не выполнена: не задана настройка AMO_BASE_URL; нужно: адрес аккаунта[^\n]*docs\/ru\/settings\.md\n$/,
  });
});

t.test('a database that is away is a row, without user and password', async (t) => {
  const { out, err, code } = await run({
    ...(await settingsOf(t)),
    DATABASE_URL: 'postgres://steps:CANARY-4711@127.0.0.1:1/steps',
    SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  t.match({ err, code }, { err: '', code: 1 });
  t.match(
    out,
    /^fail {2}The database: DATABASE_URL: the database at 127\.0\.0\.1:1 does not answer\n {6}→ Look whether/m,
  );
  t.notMatch(out, /CANARY|steps:/);
});

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadConfig } from '../../src/config/config.ts';
import { SettingError } from '../../src/config/setting-error.ts';

const needed = { AMO_BASE_URL: 'https://example.amocrm.ru', AMO_ACCESS_TOKEN: 'long-lived-token' };
const load = (env: Record<string, string | undefined> = {}) => loadConfig({ ...needed, ...env });

/** The one line with which the settings are refused. */
function refusal(env: Record<string, string | undefined>): string {
  try {
    load(env);
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
  return '';
}

/** The same in Russian. */
function russian(env: Record<string, string | undefined>): string {
  try {
    load(env);
  } catch (error) {
    if (error instanceof SettingError) return error.text.ru;
    throw error;
  }
  return '';
}

t.test('two settings are enough', async (t) => {
  t.hasStrict(load(), {
    account: {
      baseUrl: 'https://example.amocrm.ru',
      access: { kind: 'long-lived', accessToken: 'long-lived-token' },
      fieldsFile: { path: 'app/config/amo_fields.json', required: false },
    },
    amo: { rateLimit: 7, timeoutMs: 10_000, batchSize: 50, fieldsTtlSeconds: 900 },
    stepDeadlineMs: 30_000,
    scenarioDeadlineMs: 120_000,
    host: '127.0.0.1',
    port: 8080,
    apiKeys: [],
    adminKeys: [],
    secretKeys: undefined,
    dataDir: './data',
    databaseUrl: undefined,
    directory: { freshMs: 1000 },
    healthCacheSeconds: 5,
    logLevel: 'info',
  });
});

t.test('every setting is read', async (t) => {
  const config = load({
    AMO_RATE_LIMIT: '50',
    AMO_BATCH_SIZE: '250',
    AMO_TIMEOUT_MS: '2000',
    AMO_FIELDS_FILE: 'fields.json',
    AMO_FIELDS_TTL: '0',
    STEP_DEADLINE_MS: '5000',
    SCENARIO_DEADLINE_MS: '6000',
    HOST: '0.0.0.0',
    PORT: '0',
    ALLOW_ANONYMOUS: 'true',
    DATA_DIR: '/var/lib/amocrm-steps',
    DIRECTORY: 'off',
    DIRECTORY_FRESH_MS: '500',
    HEALTH_CACHE_SECONDS: '60',
    LOG_LEVEL: 'debug',
  });
  t.hasStrict(config, {
    account: { fieldsFile: { path: 'fields.json', required: true } },
    amo: { rateLimit: 50, batchSize: 250, timeoutMs: 2000, fieldsTtlSeconds: 0 },
    stepDeadlineMs: 5000,
    scenarioDeadlineMs: 6000,
    host: '0.0.0.0',
    port: 0,
    dataDir: '/var/lib/amocrm-steps',
    directory: undefined,
    healthCacheSeconds: 60,
    logLevel: 'debug',
  });
  t.strictSame(load({ DIRECTORY: 'on', DIRECTORY_FRESH_MS: '0' }).directory, { freshMs: 0 });
});

t.test('outer white space does not count, and an empty variable is one that is not set', async (t) => {
  const names = ['AMO_RATE_LIMIT', 'AMO_TIMEOUT_MS', 'HOST', 'PORT', 'API_KEYS', 'API_KEYS_FILE', 'LOG_LEVEL'];
  const more = ['AMO_ACCESS_TOKEN_FILE', 'AMO_FIELDS_FILE', 'ALLOW_ANONYMOUS', 'AMO_ALLOW_HTTP', 'DATA_DIR'];
  for (const empty of ['', ' ', '\t\r\n', undefined]) {
    t.strictSame(load(Object.fromEntries([...names, ...more].map((name) => [name, empty]))), load());
    t.match(refusal({ AMO_BASE_URL: empty }), /^AMO_BASE_URL is missing/);
    t.match(refusal({ AMO_ACCESS_TOKEN: empty }), /^AMO_ACCESS_TOKEN is missing/);
  }
  t.match(load({ AMO_ACCESS_TOKEN: ' token\r\n' }).account?.access, { accessToken: 'token' });
  t.equal(load({ PORT: ' 9000 ' }).port, 9000);
});

t.test('a malformed setting is refused with one line that names it and says what is expected', async (t) => {
  for (const [name, values, expected] of [
    ['AMO_ACCESS_TOKEN', ['two words', 'токен', 'line\nbreak'], /the long-lived token, one word/],
    ['AMO_FIELDS_TTL', ['-1', '1.5', 'x', '86401', '1e3', 'true'], /seconds .*0 to 86400/],
    ['AMO_RATE_LIMIT', ['0', '51', '7.5', '7/s', '-7', '٧', 'true'], /requests per second, 1 to 50/],
    ['AMO_BATCH_SIZE', ['0', '251', 'all'], /1 to 250/],
    ['DIRECTORY', ['true', 'yes', 'ON'], /on or off/],
    ['DIRECTORY_FRESH_MS', ['-1', '60001', '1s'], /milliseconds .*0 to 60000/],
    ['AMO_TIMEOUT_MS', ['99', '600001', '10s', '0x100'], /milliseconds .*100 to 600000/],
    ['SCENARIO_DEADLINE_MS', ['99', '2 min'], /milliseconds .*100 to 600000/],
    ['STEP_DEADLINE_MS', ['0', '30 s', '99999999999999999999'], /milliseconds .*100 to 600000/],
    ['AMO_ALLOW_HTTP', ['yes', '1', '0', 'TRUE'], /true or false/],
    ['ALLOW_ANONYMOUS', ['yes', '1', '0', 'on'], /true or false/],
    ['PORT', ['-1', '65536', 'http', '80.5', '0x50'], /the port to listen on, 0 to 65535/],
    ['HEALTH_CACHE_SECONDS', ['-1', '5s'], /0 to 86400/],
    ['LOG_LEVEL', ['verbose', 'INFO', '30'], /one of fatal, error, warn, info, debug, trace, silent/],
  ] as const) {
    for (const value of values) {
      const line = refusal({ [name]: value });
      const shown = name === 'AMO_ACCESS_TOKEN' ? '' : `${JSON.stringify(value)}; `;
      t.ok(line.startsWith(`${name} is not valid: ${shown}expected `), `${name}=${value}: ${line}`);
      t.match(line, expected);
      t.notMatch(line, '\n');
      if (name === 'AMO_ACCESS_TOKEN') t.notOk(line.includes(value), 'the value itself is not shown');
    }
  }
});

t.test('a long value is shown by its beginning', async (t) => {
  t.match(
    refusal({ AMO_RATE_LIMIT: '9'.repeat(10_000) }),
    `AMO_RATE_LIMIT is not valid: "${'9'.repeat(60)}…"; expected`,
  );
});

t.test('AMO_BASE_URL is an origin', async (t) => {
  for (const [url, origin] of [
    ['https://example.amocrm.ru/', 'https://example.amocrm.ru'],
    ['HTTPS://Example.amoCRM.ru', 'https://example.amocrm.ru'],
    ['https://example.amocrm.ru:8443', 'https://example.amocrm.ru:8443'],
    ['http://127.0.0.1:8081', 'http://127.0.0.1:8081'],
    ['http://127.1.2.3', 'http://127.1.2.3'],
    ['http://localhost:8081/', 'http://localhost:8081'],
    ['http://[::1]:8081', 'http://[::1]:8081'],
  ] as const) {
    t.equal(load({ AMO_BASE_URL: url }).account?.baseUrl, origin, url);
  }
  for (const url of [
    'example.amocrm.ru',
    'example',
    '//example.amocrm.ru',
    'ftp://example.amocrm.ru',
    'https://',
    'https://example.amocrm.ru/api/v4',
    'https://example.amocrm.ru/?x=1',
    'https://example.amocrm.ru/#top',
    'https://user:secret@example.amocrm.ru',
    'http://example.amocrm.ru',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://[::2]',
  ]) {
    const line = refusal({ AMO_BASE_URL: url });
    const shown = url.includes('@') ? '' : `${JSON.stringify(url)}; `;
    t.ok(line.startsWith(`AMO_BASE_URL is not valid: ${shown}expected an origin such as https://`), line);
    t.notMatch(line, /secret|\n/);
  }
});

t.test('plain http beyond loopback has to be allowed', async (t) => {
  t.match(refusal({ AMO_BASE_URL: 'http://crm.internal' }), 'AMO_ALLOW_HTTP=true');
  t.equal(
    load({ AMO_BASE_URL: 'http://crm.internal', AMO_ALLOW_HTTP: 'true' }).account?.baseUrl,
    'http://crm.internal',
  );
  t.match(refusal({ AMO_BASE_URL: 'http://crm.internal', AMO_ALLOW_HTTP: 'false' }), 'AMO_ALLOW_HTTP=true');
});

t.test('a public HOST needs keys or an explicit word', async (t) => {
  const API_KEYS = 'bot=0123456789abcdef';
  for (const HOST of ['0.0.0.0', '::', '192.168.0.5', 'example.com', '127.0.0.1.example.com', '1127.0.0.1']) {
    const line = refusal({ HOST });
    t.match(line, new RegExp(`^API_KEYS is required when HOST is ${HOST.replaceAll('.', '\\.')}`));
    t.match(line, 'ALLOW_ANONYMOUS=true');
    t.equal(load({ HOST, API_KEYS }).host, HOST);
    t.equal(load({ HOST, ALLOW_ANONYMOUS: 'true' }).host, HOST);
    t.match(refusal({ HOST, ALLOW_ANONYMOUS: 'false' }), /^API_KEYS is required/);
  }
  for (const HOST of ['127.0.0.1', '127.0.0.2', '::1', 'localhost']) t.equal(load({ HOST }).host, HOST);
});

t.test('API_KEYS holds names and keys', async (t) => {
  const keysOf = (API_KEYS: string) => load({ API_KEYS }).apiKeys.map(({ caller, key }) => [caller, key]);
  const key = '0123456789abcdef';
  t.strictSame(keysOf(`bot=${key}`), [['bot', key]]);
  t.strictSame(
    keysOf(` bot=${key} , bot=${key}2,,crm-1.x_y=${key}3 ,`),
    [
      ['bot', key],
      ['bot', `${key}2`],
      ['crm-1.x_y', `${key}3`],
    ],
    'several of one name, white space and empty places',
  );
  t.strictSame(keysOf(`бот=${key}`), [['бот', key]], 'names of any script');
  for (const padded of ['MDEyMzQ1Njc4OWFiY2RlZg==', 'MDEyMzQ1Njc4OWFiY2RlZjA=']) {
    t.equal(keysOf(padded)[0]?.[1], padded, 'padding is part of a key without a name');
    t.strictSame(keysOf(`bot=${padded}`), [['bot', padded]], 'and of one with a name');
  }
  const [[first] = [], [second] = []] = keysOf(`${key},${key}2`);
  t.not(first, second, 'keys without a name are callers of their own');
});

t.test('API_KEYS says what a key may', async (t) => {
  const [key, other, third] = ['0123456789abcdef', 'fedcba9876543210', 'with:colons+and=signs='];
  const { apiKeys } = load({ API_KEYS: `bot=${third}, bot:read=${other}, prom:metrics=${key}` });
  t.strictSame(apiKeys, [
    { caller: 'bot', scope: 'all', key: third },
    { caller: 'bot', scope: 'read', key: other },
    { caller: 'prom', scope: 'metrics', key },
  ]);
});

t.test('without keys loopback alone may be asked for, unless told otherwise', async (t) => {
  const API_KEYS = 'bot=0123456789abcdef';
  t.strictSame(load().allowedHosts, []);
  t.equal(load({ API_KEYS }).allowedHosts, undefined, 'any');
  t.equal(load({ ALLOW_ANONYMOUS: 'true' }).allowedHosts, undefined, 'any');
  const ALLOWED_HOSTS = ' Steps.Example.com., бот.рф,10.0.0.5 , ::1,[2001:db8:0:0::1],';
  const names = ['steps.example.com', 'xn--90ai4a.xn--p1ai', '10.0.0.5', '[::1]', '[2001:db8::1]'];
  for (const env of [{}, { API_KEYS }, { ALLOW_ANONYMOUS: 'true' }]) {
    t.strictSame(load({ ALLOWED_HOSTS, ...env }).allowedHosts?.length, names.length);
  }
  t.strictSame(load({ ALLOWED_HOSTS }).allowedHosts, names.with(1, new URL('http://бот.рф').hostname));
  for (const host of [
    'https://a.b',
    'a.b/',
    'a.b:8080',
    '[::1]:8080',
    'a b',
    '*',
    '*.a.b',
    'user@a.b',
    'a.b?',
    '1.2.3.4.5',
  ]) {
    const line = refusal({ ALLOWED_HOSTS: `ok.example, ${host}` });
    t.ok(line.startsWith(`ALLOWED_HOSTS is not valid: ${JSON.stringify(host)}; expected host names`), line);
  }
});

t.test('ALLOWED_ORIGINS are origins in full', async (t) => {
  t.strictSame(load().allowedOrigins, []);
  const ALLOWED_ORIGINS = 'https://App.example.com, https://a.b:8443/,http://localhost:3000,https://a.b:443';
  const origins = ['https://app.example.com', 'https://a.b:8443', 'http://localhost:3000', 'https://a.b'];
  t.strictSame(load({ ALLOWED_ORIGINS }).allowedOrigins, origins);
  for (const origin of [
    '*',
    'null',
    'a.b',
    'https://*',
    'https://*.a.b',
    'https://a.b/path',
    'ftp://a.b',
    'file:///x',
    'https://u@a.b',
  ]) {
    const line = refusal({ ALLOWED_ORIGINS: origin });
    t.ok(line.startsWith(`ALLOWED_ORIGINS is not valid: ${JSON.stringify(origin)}; expected origins`), line);
  }
});

t.test('MAX_BODY_MB is in megabytes, and half of it holds the largest body', async (t) => {
  t.equal(load().maxBodyBytes, 64 * 2 ** 20);
  t.equal(load({ MAX_BODY_MB: '2' }).maxBodyBytes, 2 ** 21);
  t.match(refusal({ MAX_BODY_MB: '1' }), 'MAX_BODY_MB is not valid: "1"; expected megabytes');
});

t.test('API_KEYS that would let in too many or nobody are refused, and never shown', async (t) => {
  for (const [keys, expected] of [
    ['bot=0123456789abcde', 'API_KEYS entry 1 is too short: expected 16 characters or more'],
    ['0123456789abcde', 'API_KEYS entry 1 is too short: expected 16 characters or more'],
    ['bot=', 'API_KEYS entry 1 is too short: expected 16 characters or more'],
    ['bot=0123456789abcdef,x=SECRET', 'API_KEYS entry 2 is too short: expected 16 characters or more'],
    [
      'bot:write=0123456789SECRET',
      'API_KEYS entry 1 is not valid: expected name:read=key, name:metrics=key or name=key',
    ],
    ['bot:all=0123456789SECRET', 'API_KEYS entry 1 is not valid: expected name:read=key, name:metrics=key or name=key'],
    ['bot:=0123456789SECRET', 'API_KEYS entry 1 is not valid: expected name:read=key, name:metrics=key or name=key'],
    [
      'a=0123456789SECRET,b=0123456789abcdef,b:read=0123456789SECRET',
      'API_KEYS entry 3 has the key of entry 1: expected each key once',
    ],
    ['0123456789SECRET,0123456789SECRET', 'API_KEYS entry 2 has the key of entry 1: expected each key once'],
    ['bot=0123456789 SECRET', 'API_KEYS entry 1 is not valid: expected name=key or key'],
    ['bot=0123456789СЕКРЕТ', 'API_KEYS entry 1 is not valid: expected name=key or key'],
    ['.=0123456789SECRET', 'API_KEYS entry 1 is not valid: expected another name than . and ..'],
    ['..:read=0123456789SECRET', 'API_KEYS entry 1 is not valid: expected another name than . and ..'],
    [',', 'API_KEYS has no entry: expected comma-separated name=key or key'],
    [' , ,', 'API_KEYS has no entry: expected comma-separated name=key or key'],
  ] as const) {
    t.equal(refusal({ API_KEYS: keys }), expected, keys);
  }
});

t.test('secrets come from files too', async (t) => {
  const directory = t.testdir({ token: 'token-of-the-file\n', keys: 'bot=0123456789abcdef\ncrm=fedcba9876543210\n' });
  const file = (name: string) => join(directory, name);
  const env = { AMO_ACCESS_TOKEN: '', AMO_ACCESS_TOKEN_FILE: file('token'), API_KEYS_FILE: file('keys') };
  t.match(load(env).account?.access, { accessToken: 'token-of-the-file' });
  t.strictSame(
    load(env).apiKeys.map(({ caller }) => caller),
    ['bot', 'crm'],
  );
});

const oauth = {
  AMO_ACCESS_TOKEN: '',
  AMO_CLIENT_ID: 'client-id',
  AMO_CLIENT_SECRET: 'CLIENT-SECRET',
  AMO_REDIRECT_URI: 'https://example.com/amocrm',
};

t.test('OAuth takes the place of the long-lived token', async (t) => {
  const client = { id: 'client-id', secret: 'CLIENT-SECRET', redirectUri: 'https://example.com/amocrm' };
  const accessOf = (env: object) => load({ ...oauth, ...env }).account?.access;
  t.strictSame(accessOf({}), { kind: 'oauth', client, grant: undefined });
  t.match(accessOf({ AMO_AUTH_CODE: 'def502' }), { grant: { kind: 'authorization_code', value: 'def502' } });
  t.match(accessOf({ AMO_REFRESH_TOKEN: 'def502' }), { grant: { kind: 'refresh_token', value: 'def502' } });
  const directory = t.testdir({ secret: 'SECRET-OF-THE-FILE\n' });
  const inFile = { AMO_CLIENT_SECRET: '', AMO_CLIENT_SECRET_FILE: join(directory, 'secret') };
  t.match(accessOf(inFile), { client: { secret: 'SECRET-OF-THE-FILE' } });
});

t.test('a part of OAuth, or more than one way in, is refused by the setting’s name', async (t) => {
  for (const name of ['AMO_CLIENT_ID', 'AMO_CLIENT_SECRET', 'AMO_REDIRECT_URI'] as const) {
    t.match(refusal({ ...oauth, [name]: '' }), new RegExp(`^${name} is missing: expected `), name);
    t.match(refusal({ ...oauth, [name]: 'two words' }), new RegExp(`^${name} is not valid: .*expected `));
    t.match(
      refusal({ [name]: 'x' }),
      `AMO_ACCESS_TOKEN and ${name} are both set: expected the long-lived token or OAuth`,
    );
  }
  t.match(refusal({ AMO_ACCESS_TOKEN: '', AMO_AUTH_CODE: 'x' }), /^AMO_CLIENT_ID is missing/);
  t.match(refusal({ AMO_AUTH_CODE: 'x' }), 'AMO_ACCESS_TOKEN and AMO_AUTH_CODE are both set');
  t.match(
    refusal({ ...oauth, AMO_AUTH_CODE: 'x', AMO_REFRESH_TOKEN: 'y' }),
    'AMO_AUTH_CODE and AMO_REFRESH_TOKEN are both',
  );
  t.match(refusal({ AMO_ACCESS_TOKEN: '' }), /^AMO_ACCESS_TOKEN is missing: .*AMO_CLIENT_ID/);
  t.notMatch(refusal({ ...oauth, AMO_ACCESS_TOKEN: 'CANARY' }), /CANARY|CLIENT-SECRET|\n/);
});

t.test('a file that cannot be used is refused by the name of its setting', async (t) => {
  const directory = t.testdir({ empty: ' \n', words: 'CANARY one\nCANARY two', short: 'bot=CANARY', folder: {} });
  const file = (name: string) => join(directory, name);
  for (const name of ['AMO_ACCESS_TOKEN', 'AMO_CLIENT_SECRET', 'API_KEYS'] as const) {
    const from = (path: string) => refusal({ [name]: '', [`${name}_FILE`]: path });
    t.equal(from(file('none')), `${name}_FILE cannot be read: expected a readable file at ${file('none')}`);
    t.match(from(file('folder')), `${name}_FILE cannot be read`);
    t.equal(from(file('empty')), `${name}_FILE is empty: expected a secret in ${file('empty')}`);
    t.match(from(file(name === 'API_KEYS' ? 'short' : 'words')), new RegExp(`^${name}`));
    t.notMatch(from(file(name === 'API_KEYS' ? 'short' : 'words')), /CANARY|\n/);
    const both = { [name]: 'bot=0123456789abcdef', [`${name}_FILE`]: file('words') };
    t.match(refusal(both), `${name} and ${name}_FILE are both set`);
  }
  writeFileSync(file('token'), `${'x'.repeat(4096)}\n`);
  const { access } = load({ AMO_ACCESS_TOKEN: '', AMO_ACCESS_TOKEN_FILE: file('token') }).account ?? {};
  t.same(access, { kind: 'long-lived', accessToken: 'x'.repeat(4096) });
});

t.test(
  'with ADMIN_KEYS accounts come by HTTP: none is in the settings, and SECRET_KEY seals their secrets',
  async (t) => {
    const secretKey = randomBytes(32).toString('base64');
    const managed = {
      AMO_BASE_URL: '',
      AMO_ACCESS_TOKEN: '',
      ADMIN_KEYS: 'ops=0123456789abcdef',
      SECRET_KEY: secretKey,
    };
    t.match(load({ ...managed, AMO_HOSTS: 'crm.internal, 127.0.0.1', HOST: '0.0.0.0' }), {
      account: undefined,
      adminKeys: [{ caller: 'ops', scope: 'admin', key: '0123456789abcdef' }],
      secretKeys: [Buffer.from(secretKey, 'base64')],
      amoHosts: ['crm.internal', '127.0.0.1'],
      allowedHosts: undefined,
    });
    t.equal(load({ ...managed, SECRET_KEY: `${secretKey},${secretKey}` }).secretKeys?.length, 2);
    for (const [env, expected] of [
      [{ SECRET_KEY: '' }, /^SECRET_KEY is missing \(ADMIN_KEYS needs it\)/],
      [{ SECRET_KEY: 'CANARYCANARY' }, /^SECRET_KEY entry 1 is not valid: expected 32 bytes in base64/],
      [{ SECRET_KEY: `${secretKey},CANARY!` }, /^SECRET_KEY entry 2 is not valid/],
      [{ AMO_BASE_URL: 'https://example.amocrm.ru' }, /^ADMIN_KEYS and AMO_BASE_URL are both set/],
      [{ AMO_ACCESS_TOKEN: 'CANARY' }, /^ADMIN_KEYS and AMO_ACCESS_TOKEN are both set/],
      [{ AMO_FIELDS_FILE: 'fields.json' }, /^ADMIN_KEYS and AMO_FIELDS_FILE are both set/],
      [{ ADMIN_KEYS: 'ops=CANARY' }, /^ADMIN_KEYS entry 1 is too short/],
      [{ ADMIN_KEYS: 'ops:read=CANARY-0123456789' }, /^ADMIN_KEYS entry 1 is not valid/],
      [{ ADMIN_KEYS: ',' }, /^ADMIN_KEYS has no entry/],
      [{ API_KEYS: 'bot=0123456789abcdef' }, /^ADMIN_KEYS entry 1 is in API_KEYS too/],
      [{ AMO_HOSTS: 'https://crm.internal' }, /^AMO_HOSTS is not valid/],
    ] as const) {
      const line = refusal({ ...managed, ...env });
      t.match(line, expected);
      t.notMatch(line, /CANARY[^_]|\n/);
    }
  },
);

t.test('of all that is missing the address of the account is named first', async (t) => {
  t.throws(() => loadConfig({ HOST: '0.0.0.0' }), { message: /^AMO_BASE_URL is missing/ });
});

t.test('DATABASE_URL names a PostgreSQL, and needs what seals the secrets in it', async (t) => {
  const secretKey = randomBytes(32).toString('base64');
  const database = { DATABASE_URL: 'postgres://user:CANARY@db.example.com/steps', SECRET_KEY: secretKey };
  t.equal(load(database).databaseUrl, database.DATABASE_URL);
  const file = join(t.testdir({ url: `${database.DATABASE_URL}\n` }), 'url');
  t.equal(load({ ...database, DATABASE_URL: '', DATABASE_URL_FILE: file }).databaseUrl, database.DATABASE_URL);
  for (const [wrong, line] of [
    [{ SECRET_KEY: '' }, /^SECRET_KEY is missing \(DATABASE_URL needs it\)/],
    [{ DATABASE_URL: 'mysql://CANARY@db' }, /^DATABASE_URL is not valid: expected postgres:\/\//],
  ] as const) {
    const message = refusal({ ...database, ...wrong });
    t.match(message, line);
    t.notMatch(message, 'CANARY');
  }
});

t.test('each refusal is told in Russian too, with what is due', async (t) => {
  for (const [env, line] of [
    [{ AMO_BASE_URL: '' }, /^не задана настройка AMO_BASE_URL; нужно: адрес аккаунта, например https:/],
    [{ AMO_ACCESS_TOKEN: '' }, /^не задана настройка AMO_ACCESS_TOKEN; нужно: долгосрочный токен \(или/],
    [{ AMO_RATE_LIMIT: '51' }, /^настройка AMO_RATE_LIMIT неверна: "51"; нужно: число запросов в секунду, от 1 до 50$/],
    [{ AMO_ACCESS_TOKEN: 'two words' }, /^настройка AMO_ACCESS_TOKEN неверна; нужно: долгосрочный токен, одно слово$/],
    [
      { AMO_BASE_URL: 'http://a.b' },
      /^настройка AMO_BASE_URL неверна: "http:\/\/a\.b"; нужно: адрес вида .*; http допустим/,
    ],
    [{ HOST: '0.0.0.0' }, /^при HOST=0\.0\.0\.0 нужна настройка API_KEYS/],
    [{ API_KEYS: 'bot=short' }, /^настройка API_KEYS: запись 1 слишком короткая; нужно не меньше 16 символов$/],
    [{ MCP_STEPS: 'лиды' }, /^настройка MCP_STEPS: "лиды" — не тип шага и не одна из групп: /],
    [
      { ADMIN_KEYS: 'ops=0123456789abcdef', AMO_BASE_URL: '', AMO_ACCESS_TOKEN: '' },
      /^не задана настройка SECRET_KEY, без неё нельзя задать ADMIN_KEYS/,
    ],
  ] as const) {
    t.match(russian(env), line);
  }
});

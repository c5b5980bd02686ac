import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { type Static, type TSchema, Type } from 'typebox';
import { checkOf } from '../schemas/check.ts';
import { type Access, chooseAccess } from './access.ts';
import { SettingError } from './setting-error.ts';

const seconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 86_400, default: fallback, description: `${description}, 0 to 86400` });
const milliseconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 100, maximum: 600_000, default: fallback, description: `${description}, 100 to 600000` });
const oneWord = (description: string) => Type.Optional(Type.String({ pattern: '^[!-~]+$', description }));
const flag = (what: string) => Type.Boolean({ default: false, description: `true or false: ${what}` });

/** The settings that the process reads, each with what it expects. An empty variable counts as not set. */
export const Environment = Type.Object({
  AMO_BASE_URL: Type.String({ description: 'the address of the account, e.g. https://example.amocrm.ru' }),
  AMO_ACCESS_TOKEN: oneWord('the long-lived token, one word'),
  AMO_ACCESS_TOKEN_FILE: Type.Optional(Type.String({ description: 'a file that holds the long-lived token' })),
  AMO_CLIENT_ID: oneWord('the integration’s id'),
  AMO_CLIENT_SECRET: oneWord('the integration’s secret key, one word'),
  AMO_CLIENT_SECRET_FILE: Type.Optional(Type.String({ description: 'a file that holds the integration’s secret key' })),
  AMO_REDIRECT_URI: oneWord('the integration’s redirect address, to the letter'),
  AMO_AUTH_CODE: oneWord('an authorization code, one word'),
  AMO_REFRESH_TOKEN: oneWord('a refresh token, one word'),
  AMO_FIELDS_FILE: Type.Optional(Type.String({ description: 'a field map file' })),
  AMO_FIELDS_TTL: seconds(900, 'seconds that discovered fields are kept'),
  AMO_RATE_LIMIT: Type.Integer({ minimum: 1, maximum: 50, default: 7, description: 'requests per second, 1 to 50' }),
  AMO_BATCH_SIZE: Type.Integer({
    minimum: 1,
    maximum: 250,
    default: 50,
    description: 'entities in one write at most, 1 to 250',
  }),
  AMO_TIMEOUT_MS: milliseconds(10_000, 'milliseconds for one call to amoCRM'),
  AMO_ALLOW_HTTP: flag('plain http to an address other than loopback'),
  STEP_DEADLINE_MS: milliseconds(30_000, 'milliseconds for one step, waiting included'),
  SCENARIO_DEADLINE_MS: milliseconds(120_000, 'milliseconds for one scenario, waiting included'),
  HOST: Type.String({ default: '127.0.0.1', description: 'the address to listen on' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080, description: 'the port to listen on, 0 to 65535' }),
  API_KEYS: Type.Optional(Type.String({ description: 'comma-separated name=key or key' })),
  API_KEYS_FILE: Type.Optional(Type.String({ description: 'a file that holds what API_KEYS would' })),
  ALLOW_ANONYMOUS: flag('serve a public address without API keys'),
  DATA_DIR: Type.String({ default: './data', description: 'a directory for what must outlive a restart' }),
  HEALTH_CACHE_SECONDS: seconds(5, 'seconds that the answer of /health is kept'),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'one of fatal, error, warn, info, debug, trace, silent',
  }),
});
const environment = checkOf(Environment);
type Environment = Static<typeof Environment>;

/** A caller of this service and one of its keys; several keys of one name are one caller. */
export interface ApiKey {
  caller: string;
  key: string;
}

export interface Config {
  amo: {
    /** Origin of the account, without a trailing slash. */
    baseUrl: string;
    access: Access;
    rateLimit: number;
    timeoutMs: number;
    batchSize: number;
    /** The field map file; a path that was not set by hand may be missing. */
    fieldsFile: { path: string; required: boolean };
    fieldsTtlSeconds: number;
  };
  stepDeadlineMs: number;
  scenarioDeadlineMs: number;
  host: string;
  port: number;
  apiKeys: ApiKey[];
  /** Where what must outlive a restart is kept. */
  dataDir: string;
  healthCacheSeconds: number;
  logLevel: Environment['LOG_LEVEL'];
}

/** Reads the settings from environment variables; throws SettingError at the first that cannot be used. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const settings = readEnvironment(env);
  const apiKeys = parseApiKeys(secret(settings, 'API_KEYS'));
  if (!isLoopback(settings.HOST) && apiKeys.length === 0 && !settings.ALLOW_ANONYMOUS) {
    throw new SettingError(`API_KEYS is required when HOST is ${settings.HOST} (or set ALLOW_ANONYMOUS=true)`);
  }
  const accessToken = secret(settings, 'AMO_ACCESS_TOKEN');
  const clientSecret = secret(settings, 'AMO_CLIENT_SECRET');
  return {
    amo: {
      baseUrl: parseBaseUrl(settings.AMO_BASE_URL, settings.AMO_ALLOW_HTTP),
      access: chooseAccess({ ...settings, AMO_ACCESS_TOKEN: accessToken, AMO_CLIENT_SECRET: clientSecret }),
      rateLimit: settings.AMO_RATE_LIMIT,
      timeoutMs: settings.AMO_TIMEOUT_MS,
      batchSize: settings.AMO_BATCH_SIZE,
      fieldsFile: {
        path: settings.AMO_FIELDS_FILE ?? 'app/config/amo_fields.json',
        required: settings.AMO_FIELDS_FILE !== undefined,
      },
      fieldsTtlSeconds: settings.AMO_FIELDS_TTL,
    },
    stepDeadlineMs: settings.STEP_DEADLINE_MS,
    scenarioDeadlineMs: settings.SCENARIO_DEADLINE_MS,
    host: settings.HOST,
    port: settings.PORT,
    apiKeys,
    dataDir: settings.DATA_DIR,
    healthCacheSeconds: settings.HEALTH_CACHE_SECONDS,
    logLevel: settings.LOG_LEVEL,
  };
}

/** The settings as they count, defaults among them. Throws SettingError. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const settings: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(Environment.properties)) {
    const text = env[name]?.trim();
    if (text === undefined || text === '') {
      if ('default' in schema) settings[name] = schema.default;
      else if (!Type.IsOptional(schema)) throw new SettingError(`${name} is missing: expected ${expectation(schema)}`);
      continue;
    }
    const value = Type.IsString(schema) || Type.IsEnum(schema) ? text : parseScalar(text);
    if (!checkOf(schema).accepts(value))
      throw new SettingError(`${name} is not valid: expected ${expectation(schema)}`);
    settings[name] = value;
  }
  if (!environment.accepts(settings)) throw new Error('Settings that are valid one by one are not so together');
  return settings;
}

function expectation(schema: TSchema): string {
  return 'description' in schema ? String(schema.description) : 'another value';
}

function parseScalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A secret from its variable or, where the `_FILE` form is set, from that file. */
function secret(
  settings: Environment,
  name: 'AMO_ACCESS_TOKEN' | 'AMO_CLIENT_SECRET' | 'API_KEYS',
): string | undefined {
  const file = settings[`${name}_FILE`];
  if (file === undefined) return settings[name];
  if (settings[name] !== undefined)
    throw new SettingError(`${name} and ${name}_FILE are both set: expected one of them`);
  const text = readSecretFile(file, `${name}_FILE`);
  const schema = Environment.properties[name];
  if (!checkOf(schema).accepts(text))
    throw new SettingError(`${name}_FILE is not valid: expected ${expectation(schema)}`);
  return text;
}

function readSecretFile(file: string, name: string): string {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
  } catch (error) {
    throw new SettingError(`${name} cannot be read: expected a readable file at ${file}`, { cause: error });
  }
  throw new SettingError(`${name} is empty: expected a secret in ${file}`);
}

function parseBaseUrl(text: string, allowHttp: boolean): string {
  const expected = 'AMO_BASE_URL is not valid: expected an origin such as https://example.amocrm.ru';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw new SettingError(expected);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new SettingError(`${expected}, without path, query or user`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowHttp) {
    throw new SettingError(`${expected}; plain http is for loopback alone (or set AMO_ALLOW_HTTP=true)`);
  }
  return url.origin;
}

function parseApiKeys(text: string | undefined): ApiKey[] {
  if (text === undefined) return [];
  const entries = text.split(/[,\n]/).map((entry) => entry.trim());
  const keys = entries.filter((entry) => entry !== '').map(parseApiKey);
  if (keys.length === 0) throw new SettingError('API_KEYS has no entry: expected comma-separated name=key or key');
  return keys;
}

function parseApiKey(entry: string, index: number): ApiKey {
  const [, name, key] = /^(?:([\p{L}\p{N}_.-]{1,64})=(?!=*$))?([!-~]+)$/u.exec(entry) ?? [];
  // A trailing "=" is base64's padding or a name without its key.
  const cut = name === undefined && entry.endsWith('=') && entry.length % 4 !== 0;
  if (key === undefined || cut)
    throw new SettingError(`API_KEYS entry ${index + 1} is not valid: expected name=key or key`);
  if (key.length < 16)
    throw new SettingError(`API_KEYS entry ${index + 1} is too short: expected 16 characters or more`);
  // A key without a name is a caller of its own, whatever its place in the list.
  return { caller: name ?? `key-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`, key };
}

function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || (isIPv4(name) && name.startsWith('127.')) || (isIPv6(name) && name === '::1');
}

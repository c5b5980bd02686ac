import { type Static, type TSchema, type TStringOptions, Type } from 'typebox';
import { checkOf } from '../schemas/check.ts';
import { invalid, SettingError } from './setting-error.ts';

const seconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 86_400, default: fallback, description: `${description}, 0 to 86400` });
const milliseconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 100, maximum: 600_000, default: fallback, description: `${description}, 100 to 600000` });
const oneWord = (description: string) => Type.Optional(Type.String({ pattern: '^[!-~]+$', description }));
const flag = (what: string) => Type.Boolean({ default: false, description: `true or false: ${what}` });
/** Text that is not secret: logs and errors may show it. */
const shown = (description: string, options: TStringOptions = {}) =>
  Type.String({ ...options, isShown: true, description });

/** The settings that the process reads, each with what it expects. An empty variable counts as not set. */
export const Environment = Type.Object({
  AMO_BASE_URL: Type.Optional(shown('the address of the account, e.g. https://example.amocrm.ru')),
  AMO_ACCESS_TOKEN: oneWord('the long-lived token, one word'),
  AMO_ACCESS_TOKEN_FILE: Type.Optional(Type.String({ description: 'a file that holds the long-lived token' })),
  AMO_CLIENT_ID: Type.Optional(shown('the integration’s id', { pattern: '^[!-~]+$' })),
  AMO_CLIENT_SECRET: oneWord('the integration’s secret key, one word'),
  AMO_CLIENT_SECRET_FILE: Type.Optional(Type.String({ description: 'a file that holds the integration’s secret key' })),
  AMO_REDIRECT_URI: Type.Optional(shown('the integration’s redirect address, to the letter', { pattern: '^[!-~]+$' })),
  AMO_AUTH_CODE: oneWord('an authorization code, one word'),
  AMO_REFRESH_TOKEN: oneWord('a refresh token, one word'),
  AMO_FIELDS_FILE: Type.Optional(shown('a field map file')),
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
  HOST: shown('the address to listen on', { default: '127.0.0.1' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080, description: 'the port to listen on, 0 to 65535' }),
  API_KEYS: Type.Optional(
    Type.String({ description: 'comma-separated name=key, name:read=key, name:metrics=key or key' }),
  ),
  API_KEYS_FILE: Type.Optional(Type.String({ description: 'a file that holds what API_KEYS would' })),
  ADMIN_KEYS: Type.Optional(
    Type.String({ description: 'comma-separated name=key or key of those who manage accounts and callers’ keys' }),
  ),
  ADMIN_KEYS_FILE: Type.Optional(Type.String({ description: 'a file that holds what ADMIN_KEYS would' })),
  SECRET_KEY: Type.Optional(
    Type.String({
      description: '32 random bytes in base64 that seal what is secret in DATA_DIR; new,old to replace one',
    }),
  ),
  SECRET_KEY_FILE: Type.Optional(Type.String({ description: 'a file that holds what SECRET_KEY would' })),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'postgres://user:password@host:port/database of a PostgreSQL that holds what DATA_DIR would',
    }),
  ),
  DATABASE_URL_FILE: Type.Optional(Type.String({ description: 'a file that holds what DATABASE_URL would' })),
  REPLICA_URL: Type.Optional(
    shown('the address at which other replicas reach this one, e.g. http://10.0.0.5:8080', { pattern: '^https?://' }),
  ),
  AMO_HOSTS: Type.Optional(
    shown('comma-separated host names, without ports, that accounts may have beside those of amoCRM and Kommo'),
  ),
  CALLBACK_HOSTS: Type.Optional(
    shown(
      'comma-separated host names, without ports, that callbacks may go to although their addresses are not public',
    ),
  ),
  ALLOW_ANONYMOUS: flag('serve a public address without API keys'),
  ALLOWED_HOSTS: Type.Optional(shown('comma-separated host names, without ports')),
  ALLOWED_ORIGINS: Type.Optional(shown('comma-separated origins such as https://app.example.com')),
  // One caller alone may use half of it, which must hold the largest body.
  MAX_BODY_MB: Type.Integer({
    minimum: 2,
    maximum: 4096,
    default: 64,
    description: 'megabytes of request bodies in work at most, 2 to 4096',
  }),
  JOB_GIVE_UP_HOURS: Type.Integer({
    minimum: 1,
    maximum: 168,
    default: 24,
    description: 'hours until a job is given up, 1 to 168',
  }),
  JOB_KEPT_DAYS: Type.Integer({
    minimum: 1,
    maximum: 365,
    default: 7,
    description: 'days for which an ended job is kept, 1 to 365',
  }),
  DATA_DIR: shown('a directory for what must outlive a restart', { default: './data' }),
  DIRECTORY: Type.Enum(['on', 'off'], {
    default: 'on',
    isShown: true,
    description: 'on or off: whether the contact directory answers when many contacts are looked for at once',
  }),
  DIRECTORY_FRESH_MS: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 1000,
    description: 'milliseconds for which a find may take what the contact directory has read, 0 to 60000',
  }),
  HEALTH_CACHE_SECONDS: seconds(5, 'seconds that the answer of /health is kept'),
  MCP_STEPS: Type.Optional(shown('comma-separated step types or groups that are tools of /mcp')),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    isShown: true,
    description: 'one of fatal, error, warn, info, debug, trace, silent',
  }),
});
export type Environment = Static<typeof Environment>;

/** The environment variables of the process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The effective settings, with defaults. Throws SettingError. */
export function readEnvironment(env: Variables): Environment {
  const settings: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(Environment.properties)) {
    const text = env[name]?.trim();
    if (text === undefined || text === '') {
      if ('default' in schema) settings[name] = schema.default;
      else if (!Type.IsOptional(schema)) throw new SettingError(`${name} is missing: expected ${expectation(schema)}`);
      continue;
    }
    const value = Type.IsString(schema) || Type.IsEnum(schema) ? text : parseScalar(text);
    if (!checkOf(schema).accepts(value)) throw invalid(name, expectation(schema), isShown(schema) ? text : undefined);
    settings[name] = value;
  }
  if (!isWhole(settings)) throw new Error('A setting is missing that is not optional');
  return settings;
}

/** Each has been checked by itself: to compile a check of all would take a good part of the start. */
function isWhole(settings: Record<string, unknown>): settings is Environment {
  return Object.entries(Environment.properties).every(([name, schema]) => name in settings || Type.IsOptional(schema));
}

/** What a setting should be, in words. */
export function expectation(schema: TSchema): string {
  return 'description' in schema ? String(schema.description) : 'another value';
}

/** Whether a setting's value may be shown. Numbers and flags hold no secret. */
export function isShown(schema: TSchema): boolean {
  return !Type.IsString(schema) || 'isShown' in schema;
}

function parseScalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

import { type Static, type TSchema, Type } from 'typebox';
import { expectedSettings, settingMessages } from '../messages/settings.ts';
import { checkOf } from '../schemas/check.ts';
import { invalid, SettingError } from './setting-error.ts';

const seconds = (fallback: number) => Type.Integer({ minimum: 0, maximum: 86_400, default: fallback });
const milliseconds = (fallback: number) => Type.Integer({ minimum: 100, maximum: 600_000, default: fallback });
const flag = Type.Boolean({ default: false });
const secret = Type.Optional(Type.String());
const oneWord = Type.Optional(Type.String({ pattern: '^[!-~]+$' }));
/** Text that is not secret: logs and errors may show it. */
const shown = (pattern?: string) => Type.Optional(Type.String({ isShown: true, ...(pattern && { pattern }) }));

/** The settings that the process reads. An empty variable counts as not set. */
export const Environment = Type.Object({
  AMO_BASE_URL: shown(),
  AMO_ACCESS_TOKEN: oneWord,
  AMO_ACCESS_TOKEN_FILE: secret,
  AMO_CLIENT_ID: shown('^[!-~]+$'),
  AMO_CLIENT_SECRET: oneWord,
  AMO_CLIENT_SECRET_FILE: secret,
  AMO_REDIRECT_URI: shown('^[!-~]+$'),
  AMO_AUTH_CODE: oneWord,
  AMO_REFRESH_TOKEN: oneWord,
  AMO_FIELDS_FILE: shown(),
  AMO_FIELDS_TTL: seconds(900),
  AMO_RATE_LIMIT: Type.Integer({ minimum: 1, maximum: 50, default: 7 }),
  AMO_BATCH_SIZE: Type.Integer({ minimum: 1, maximum: 250, default: 50 }),
  AMO_TIMEOUT_MS: milliseconds(10_000),
  AMO_ALLOW_HTTP: flag,
  STEP_DEADLINE_MS: milliseconds(30_000),
  SCENARIO_DEADLINE_MS: milliseconds(120_000),
  HOST: Type.String({ isShown: true, default: '127.0.0.1' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
  API_KEYS: secret,
  API_KEYS_FILE: secret,
  ADMIN_KEYS: secret,
  ADMIN_KEYS_FILE: secret,
  SECRET_KEY: secret,
  SECRET_KEY_FILE: secret,
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
  DATABASE_URL_FILE: secret,
  REPLICA_URL: shown('^https?://'),
  AMO_HOSTS: shown(),
  CALLBACK_HOSTS: shown(),
  ALLOW_ANONYMOUS: flag,
  ALLOWED_HOSTS: shown(),
  ALLOWED_ORIGINS: shown(),
  // One caller alone may use half of it, which must hold the largest body.
  MAX_BODY_MB: Type.Integer({ minimum: 2, maximum: 4096, default: 64 }),
  JOB_GIVE_UP_HOURS: Type.Integer({ minimum: 1, maximum: 168, default: 24 }),
  JOB_KEPT_DAYS: Type.Integer({ minimum: 1, maximum: 365, default: 7 }),
  DATA_DIR: Type.String({ isShown: true, default: './data' }),
  DIRECTORY: Type.Enum(['on', 'off'], { default: 'on' }),
  DIRECTORY_FRESH_MS: Type.Integer({ minimum: 0, maximum: 60_000, default: 1000 }),
  HEALTH_CACHE_SECONDS: seconds(5),
  MCP_STEPS: shown(),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
});
export type Environment = Static<typeof Environment>;

const names = Object.keys(Environment.properties).filter(isSetting);

/** The environment variables of the process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The effective settings, with defaults. Throws SettingError. */
export function readEnvironment(env: Variables): Environment {
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    const schema = Environment.properties[name];
    const text = env[name]?.trim();
    if (text === undefined || text === '') {
      if ('default' in schema) settings[name] = schema.default;
      else if (!Type.IsOptional(schema)) throw new SettingError(settingMessages.missing(name, expectedSettings[name]));
      continue;
    }
    const value = Type.IsString(schema) || Type.IsEnum(schema) ? text : parseScalar(text);
    if (!checkOf(schema).accepts(value)) {
      throw invalid(name, expectedSettings[name], isShown(schema) ? text : undefined);
    }
    settings[name] = value;
  }
  if (!isWhole(settings)) throw new Error('A setting is missing that is not optional');
  return settings;
}

function isSetting(name: string): name is keyof typeof Environment.properties {
  return name in Environment.properties;
}

/** Each has been checked by itself: to compile a check of all would take a good part of the start. */
function isWhole(settings: Record<string, unknown>): settings is Environment {
  return Object.entries(Environment.properties).every(([name, schema]) => name in settings || Type.IsOptional(schema));
}

/** Whether a setting's value may be shown. Numbers and flags hold no secret. */
export function isShown(schema: TSchema): boolean {
  return !Type.IsString(schema) || 'isShown' in schema;
}

function parseScalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

import type { Stray } from '../doctor/settings.ts';
import { expectedSettings, settingMessages } from '../messages/settings.ts';
import { type Access, chooseAccess } from './access.ts';
import { isLoopback, parseBaseUrl, parseHosts, parseOrigins } from './addresses.ts';
import { type ApiKey, parseAdminKeys, parseApiKeys, refuseShared } from './api-keys.ts';
import { type Environment, readEnvironment, type Variables } from './environment.ts';
import { parseMcpSteps } from './mcp-steps.ts';
import { readReplicaUrl } from './replica-url.ts';
import { parseSecretKeys } from './secret-keys.ts';
import { readSecret, type Secret } from './secrets.ts';
import { SettingError } from './setting-error.ts';
import { straySettings } from './stray-settings.ts';

/** The one account of a service without ADMIN_KEYS. */
export interface SettingsAccount {
  /** Origin of the account, without a trailing slash. */
  baseUrl: string;
  access: Access;
  /** The field map file; the default path may be missing. */
  fieldsFile: { path: string; required: boolean };
}

export interface Config {
  /** Undefined where accounts are managed by HTTP. */
  account: SettingsAccount | undefined;
  /** What holds for every account; the first two unless it says otherwise. */
  amo: { rateLimit: number; batchSize: number; timeoutMs: number; fieldsTtlSeconds: number };
  stepDeadlineMs: number;
  scenarioDeadlineMs: number;
  host: string;
  port: number;
  apiKeys: ApiKey[];
  /** Keys of those who manage accounts and callers' keys. */
  adminKeys: ApiKey[];
  /** What seals secrets on disk, the newest first. */
  secretKeys: [Buffer, ...Buffer[]] | undefined;
  /** Host names that accounts may have beside those of amoCRM. */
  amoHosts: string[];
  /** Host names that callbacks may go to although their addresses are not public. */
  callbackHosts: string[];
  /** Settings that may change while the service runs, when they come from files. */
  secrets: { apiKeys: Secret | undefined; accessToken: Secret | undefined };
  /** Host names beside loopback that a `Host` header may have; undefined: any. */
  allowedHosts: string[] | undefined;
  /** Origins of other sites that may send requests. */
  allowedOrigins: string[];
  /** Bytes of request bodies in progress at most. */
  maxBodyBytes: number;
  /** When a job is given up, and for how long an ended one is kept. */
  jobs: { giveUpHours: number; keptDays: number };
  /** The data directory: state that survives restarts, or with a database a cache. */
  dataDir: string;
  /** Where other replicas of the same database reach this one. */
  replicaUrl: string;
  /** The PostgreSQL that holds the state. */
  databaseUrl: string | undefined;
  /** The contact directory; undefined where it is switched off. */
  directory: { freshMs: number } | undefined;
  healthCacheSeconds: number;
  /** The types of the steps that are tools of `/mcp`. */
  mcpSteps: string[];
  logLevel: Environment['LOG_LEVEL'];
  /** Variables that look like settings and are none. */
  strays: Stray[];
}

/** Reads the settings from environment variables; throws SettingError at the first that cannot be used. */
export function loadConfig(env: Variables): Config {
  const settings = readEnvironment(env);
  const adminKeys = parseAdminKeys(readSecret(settings, 'ADMIN_KEYS')?.text);
  const isManaged = adminKeys.length > 0;
  if (!isManaged && settings.AMO_BASE_URL === undefined) throw missing('AMO_BASE_URL');
  const keyList = readSecret(settings, 'API_KEYS');
  const apiKeys = parseApiKeys(keyList?.text);
  refuseShared(apiKeys, adminKeys);
  const hasKeys = apiKeys.length > 0 || isManaged;
  if (!isLoopback(settings.HOST) && !hasKeys && !settings.ALLOW_ANONYMOUS) {
    throw new SettingError(settingMessages.keysDue(settings.HOST));
  }
  const isForAnyHost = hasKeys || settings.ALLOW_ANONYMOUS;
  const secretKeys = readSecret(settings, 'SECRET_KEY')?.text;
  const databaseUrl = readSecret(settings, 'DATABASE_URL')?.text;
  if (isManaged && secretKeys === undefined) throw missing('SECRET_KEY', 'ADMIN_KEYS');
  if (databaseUrl !== undefined && secretKeys === undefined) throw missing('SECRET_KEY', 'DATABASE_URL');
  if (settings.REPLICA_URL !== undefined && databaseUrl === undefined) throw missing('DATABASE_URL', 'REPLICA_URL');
  if (isManaged) refuseAccount(settings);
  const accessToken = readSecret(settings, 'AMO_ACCESS_TOKEN');
  return {
    account: isManaged ? undefined : readAccount(settings, accessToken),
    amo: {
      rateLimit: settings.AMO_RATE_LIMIT,
      batchSize: settings.AMO_BATCH_SIZE,
      timeoutMs: settings.AMO_TIMEOUT_MS,
      fieldsTtlSeconds: settings.AMO_FIELDS_TTL,
    },
    stepDeadlineMs: settings.STEP_DEADLINE_MS,
    scenarioDeadlineMs: settings.SCENARIO_DEADLINE_MS,
    host: settings.HOST,
    port: settings.PORT,
    apiKeys,
    adminKeys,
    secretKeys: secretKeys === undefined ? undefined : parseSecretKeys(secretKeys),
    amoHosts: parseHosts('AMO_HOSTS', settings.AMO_HOSTS) ?? [],
    callbackHosts: parseHosts('CALLBACK_HOSTS', settings.CALLBACK_HOSTS) ?? [],
    secrets: { apiKeys: keyList, accessToken },
    allowedHosts: parseHosts('ALLOWED_HOSTS', settings.ALLOWED_HOSTS) ?? (isForAnyHost ? undefined : []),
    allowedOrigins: parseOrigins(settings.ALLOWED_ORIGINS),
    maxBodyBytes: settings.MAX_BODY_MB * 1024 * 1024,
    jobs: { giveUpHours: settings.JOB_GIVE_UP_HOURS, keptDays: settings.JOB_KEPT_DAYS },
    dataDir: settings.DATA_DIR,
    databaseUrl,
    replicaUrl: readReplicaUrl(settings),
    directory: settings.DIRECTORY === 'off' ? undefined : { freshMs: settings.DIRECTORY_FRESH_MS },
    healthCacheSeconds: settings.HEALTH_CACHE_SECONDS,
    mcpSteps: parseMcpSteps(settings.MCP_STEPS),
    logLevel: settings.LOG_LEVEL,
    strays: straySettings(env),
  };
}

function readAccount(settings: Environment, accessToken: Secret | undefined): SettingsAccount {
  const { AMO_BASE_URL, AMO_ALLOW_HTTP, AMO_FIELDS_FILE } = settings;
  if (AMO_BASE_URL === undefined) throw missing('AMO_BASE_URL');
  const clientSecret = readSecret(settings, 'AMO_CLIENT_SECRET')?.text;
  return {
    baseUrl: parseBaseUrl(AMO_BASE_URL, AMO_ALLOW_HTTP),
    access: chooseAccess({ ...settings, AMO_ACCESS_TOKEN: accessToken?.text, AMO_CLIENT_SECRET: clientSecret }),
    fieldsFile: { path: AMO_FIELDS_FILE ?? 'app/config/amo_fields.json', required: AMO_FIELDS_FILE !== undefined },
  };
}

const ofOneAccount = [
  'AMO_BASE_URL',
  'AMO_ACCESS_TOKEN',
  'AMO_ACCESS_TOKEN_FILE',
  'AMO_CLIENT_ID',
  'AMO_CLIENT_SECRET',
  'AMO_CLIENT_SECRET_FILE',
  'AMO_REDIRECT_URI',
  'AMO_AUTH_CODE',
  'AMO_REFRESH_TOKEN',
  'AMO_FIELDS_FILE',
] as const;

function refuseAccount(settings: Environment): void {
  const set = ofOneAccount.find((name) => settings[name] !== undefined);
  if (set === undefined) return;
  throw new SettingError(settingMessages.twoAccounts(set));
}

function missing(
  name: 'AMO_BASE_URL' | 'SECRET_KEY' | 'DATABASE_URL',
  whoNeeds?: 'ADMIN_KEYS' | 'DATABASE_URL' | 'REPLICA_URL',
): SettingError {
  const expected = expectedSettings[name];
  if (whoNeeds === undefined) return new SettingError(settingMessages.missing(name, expected));
  return new SettingError(settingMessages.missingFor(name, whoNeeds, expected));
}

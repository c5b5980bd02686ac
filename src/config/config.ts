import { type Access, chooseAccess } from './access.ts';
import { isLoopback, parseBaseUrl, parseHosts, parseOrigins } from './addresses.ts';
import { type ApiKey, parseApiKeys } from './api-keys.ts';
import { type Environment, readEnvironment, type Variables } from './environment.ts';
import { parseMcpSteps } from './mcp-steps.ts';
import { readSecret, type Secret } from './secrets.ts';
import { SettingError } from './setting-error.ts';

export interface Config {
  amo: {
    /** Origin of the account, without a trailing slash. */
    baseUrl: string;
    access: Access;
    rateLimit: number;
    timeoutMs: number;
    batchSize: number;
    /** The field map file; the default path may be missing. */
    fieldsFile: { path: string; required: boolean };
    fieldsTtlSeconds: number;
  };
  stepDeadlineMs: number;
  scenarioDeadlineMs: number;
  host: string;
  port: number;
  apiKeys: ApiKey[];
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
  /** The data directory: state that survives restarts. */
  dataDir: string;
  /** The contact directory; undefined where it is switched off. */
  directory: { freshMs: number } | undefined;
  healthCacheSeconds: number;
  /** The types of the steps that are tools of `/mcp`. */
  mcpSteps: string[];
  logLevel: Environment['LOG_LEVEL'];
}

/** Reads the settings from environment variables; throws SettingError at the first that cannot be used. */
export function loadConfig(env: Variables): Config {
  const settings = readEnvironment(env);
  const keyList = readSecret(settings, 'API_KEYS');
  const apiKeys = parseApiKeys(keyList?.text);
  if (!isLoopback(settings.HOST) && apiKeys.length === 0 && !settings.ALLOW_ANONYMOUS) {
    throw new SettingError(`API_KEYS is required when HOST is ${settings.HOST} (or set ALLOW_ANONYMOUS=true)`);
  }
  const isForAnyHost = apiKeys.length > 0 || settings.ALLOW_ANONYMOUS;
  const accessToken = readSecret(settings, 'AMO_ACCESS_TOKEN');
  const clientSecret = readSecret(settings, 'AMO_CLIENT_SECRET')?.text;
  return {
    amo: {
      baseUrl: parseBaseUrl(settings.AMO_BASE_URL, settings.AMO_ALLOW_HTTP),
      access: chooseAccess({ ...settings, AMO_ACCESS_TOKEN: accessToken?.text, AMO_CLIENT_SECRET: clientSecret }),
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
    secrets: { apiKeys: keyList, accessToken },
    allowedHosts: parseHosts(settings.ALLOWED_HOSTS) ?? (isForAnyHost ? undefined : []),
    allowedOrigins: parseOrigins(settings.ALLOWED_ORIGINS),
    maxBodyBytes: settings.MAX_BODY_MB * 1024 * 1024,
    jobs: { giveUpHours: settings.JOB_GIVE_UP_HOURS, keptDays: settings.JOB_KEPT_DAYS },
    dataDir: settings.DATA_DIR,
    directory: settings.DIRECTORY === 'off' ? undefined : { freshMs: settings.DIRECTORY_FRESH_MS },
    healthCacheSeconds: settings.HEALTH_CACHE_SECONDS,
    mcpSteps: parseMcpSteps(settings.MCP_STEPS),
    logLevel: settings.LOG_LEVEL,
  };
}

import { CUSTOMERS, ROLES, type SandboxOptions } from './options.ts';

type Environment = Record<string, string | undefined>;

/** A variable that cannot be used. The message is one line that names it. */
export class OptionError extends Error {}

/** Options from HOST, PORT and SANDBOX_…; an unusable value is an OptionError. */
export function environmentOptions(environment: Environment): SandboxOptions {
  return {
    host: environment.HOST || '127.0.0.1',
    port: count(environment, 'PORT') ?? 8081,
    token: environment.SANDBOX_TOKEN || undefined,
    redirectUri: webAddress(environment, 'SANDBOX_REDIRECT_URI'),
    docsUrl: webAddress(environment, 'SANDBOX_DOCS_URL'),
    rateLimit: count(environment, 'SANDBOX_RATE_LIMIT'),
    accountRateLimit: count(environment, 'SANDBOX_ACCOUNT_RATE_LIMIT'),
    banAfter: count(environment, 'SANDBOX_BAN_AFTER'),
    tooManyBody: choice(environment, 'SANDBOX_TOO_MANY_BODY', ['html', 'json']),
    filterAddon: flag(environment, 'SANDBOX_FILTER_ADDON'),
    query: choice(environment, 'SANDBOX_QUERY', ['digits', 'literal']),
    searchLagMs: count(environment, 'SANDBOX_SEARCH_LAG_MS'),
    unknownLinks: choice(environment, 'SANDBOX_UNKNOWN_LINKS', ['refuse', 'accept']),
    longTexts: choice(environment, 'SANDBOX_LONG_TEXTS', ['refuse', 'accept']),
    unknownPhone: choice(environment, 'SANDBOX_UNKNOWN_PHONE', ['refuse', 'report']),
    secondCompany: choice(environment, 'SANDBOX_SECOND_COMPANY', ['refuse', 'replace']),
    complexKeeps: choice(environment, 'SANDBOX_COMPLEX_KEEPS', ['everything', 'less']),
    absent: choice(environment, 'SANDBOX_ABSENT', ['empty', 'missing']),
    unlinkNothing: choice(environment, 'SANDBOX_UNLINK_NOTHING', ['refuse', 'accept']),
    refreshEndsAccess: flag(environment, 'SANDBOX_REFRESH_ENDS_ACCESS'),
    role: choice(environment, 'SANDBOX_ROLE', ROLES),
    customers: choice(environment, 'SANDBOX_CUSTOMERS', CUSTOMERS),
    forbidden: choice(environment, 'SANDBOX_FORBIDDEN', ['json', 'html']),
    seed: flag(environment, 'SANDBOX_SEED'),
    latencyMs: count(environment, 'SANDBOX_LATENCY_MS'),
    perItemMs: count(environment, 'SANDBOX_PER_ITEM_MS'),
    clockAheadS: whole(environment, 'SANDBOX_CLOCK_AHEAD_S'),
  };
}

function count(environment: Environment, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw new OptionError(`${name} must be a whole number of 0 or more, not "${text}"`);
  return Number(text);
}

function whole(environment: Environment, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw new OptionError(`${name} must be a whole number, not "${text}"`);
  return Number(text);
}

function webAddress(environment: Environment, name: string): string | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (!/^https?:/.test(URL.parse(text)?.protocol ?? ''))
    throw new OptionError(`${name} must be a web address, not "${text}"`);
  return text;
}

function flag(environment: Environment, name: string): boolean | undefined {
  const chosen = choice(environment, name, ['true', 'false']);
  return chosen === undefined ? undefined : chosen === 'true';
}

function choice<T extends string>(environment: Environment, name: string, choices: readonly T[]): T | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  const chosen = choices.find((each) => each === text);
  if (chosen === undefined) throw new OptionError(`${name} must be one of ${choices.join(', ')}, not "${text}"`);
  return chosen;
}

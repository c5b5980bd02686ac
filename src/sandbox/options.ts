export const ROLES = ['admin', 'user', 'external'] as const;
export type Role = (typeof ROLES)[number];

/** Whether the account has customers: switched off, not in its tariff, or not paid for. */
export const CUSTOMERS = ['on', 'off', 'unavailable', 'unpaid'] as const;
type Customers = (typeof CUSTOMERS)[number];

export interface SandboxOptions {
  host?: string | undefined;
  port?: number | undefined;
  /** The long-lived token. */
  token?: string | undefined;
  /** The redirect address of its integration. */
  redirectUri?: string | undefined;
  /** Swagger UI of the service in front of it: the page links to it. */
  docsUrl?: string | undefined;
  /** Requests in any sliding second per integration; 0 = no limit. */
  rateLimit?: number | undefined;
  /** Requests in any sliding second per account; 0 = no limit. */
  accountRateLimit?: number | undefined;
  /** So many 429s within ten seconds block the account; 0 = never. */
  banAfter?: number | undefined;
  tooManyBody?: 'html' | 'json' | undefined;
  /** The paid filter add-on: without it only filter[id] works. */
  filterAddon?: boolean | undefined;
  /** How `query` treats digits: compared without punctuation, or to the letter. */
  query?: 'digits' | 'literal' | undefined;
  /** Milliseconds for which a write stays unseen by `query`. */
  searchLagMs?: number | undefined;
  /** What becomes of a link or note to an entity that does not exist: 400, or 200 without the link. */
  unknownLinks?: 'refuse' | 'accept' | undefined;
  /** What becomes of a text of more than 256 characters in a text field. */
  longTexts?: 'refuse' | 'accept' | undefined;
  /** What is said of calls whose number nobody has: 400, or 200 with `errors`. */
  unknownPhone?: 'refuse' | 'report' | undefined;
  /** What becomes of a link to a second company, where only one may be. */
  secondCompany?: 'refuse' | 'replace' | undefined;
  /** What leads/complex keeps of what it is sent; "less" as seen: the first tag, no company that is known already. */
  complexKeeps?: 'everything' | 'less' | undefined;
  /** What a single read of an absent task, note or request answers: 204 or 404; amoCRM does not say. */
  absent?: 'empty' | 'missing' | undefined;
  /** What is said of unlinking what is not linked: 400 or 204. */
  unlinkNothing?: 'refuse' | 'accept' | undefined;
  /** Whether a refresh ends the access token that was issued beside the refresh token; amoCRM does not say. */
  refreshEndsAccess?: boolean | undefined;
  /** Whose token it is: an administrator's, an ordinary user's, or that of an integration from outside the account. */
  role?: Role | undefined;
  customers?: Customers | undefined;
  /** How a missing right is refused. */
  forbidden?: 'json' | 'html' | undefined;
  seed?: boolean | undefined;
  /** What the account is called. */
  accountName?: string | undefined;
  /** New ids begin at a number by the clock: those of a sandbox that is started anew are not met again. */
  idsByClock?: boolean | undefined;
  /** Service time of a request, and of each item in its body. */
  latencyMs?: number | undefined;
  perItemMs?: number | undefined;
  /** Seconds by which amoCRM's clock is ahead of `now`; below 0 it is behind. */
  clockAheadS?: number | undefined;
  /** Wall clock in milliseconds: Date, created_at and token lifetimes follow it, limits do not. */
  now?: (() => number) | undefined;
}

export interface Settings {
  rateLimit: number;
  accountRateLimit: number;
  banAfter: number;
  tooManyBody: 'html' | 'json';
  filterAddon: boolean;
  query: 'digits' | 'literal';
  searchLagMs: number;
  unknownLinks: 'refuse' | 'accept';
  longTexts: 'refuse' | 'accept';
  unknownPhone: 'refuse' | 'report';
  secondCompany: 'refuse' | 'replace';
  complexKeeps: 'everything' | 'less';
  absent: 'empty' | 'missing';
  unlinkNothing: 'refuse' | 'accept';
  refreshEndsAccess: boolean;
  role: Role;
  customers: Customers;
  forbidden: 'json' | 'html';
  latencyMs: number;
  perItemMs: number;
  clockAheadS: number;
  banned: boolean;
}

/**
 * The two rates: https://www.amocrm.ru/developers/content/api/recommendations. How many 429s lead to a block is not
 * published; ten within ten seconds is this sandbox's own choice.
 */
export function settingsFrom(options: SandboxOptions): Settings {
  return {
    rateLimit: options.rateLimit ?? 7,
    accountRateLimit: options.accountRateLimit ?? 50,
    banAfter: options.banAfter ?? 10,
    tooManyBody: options.tooManyBody ?? 'html',
    filterAddon: options.filterAddon ?? false,
    query: options.query ?? 'digits',
    searchLagMs: options.searchLagMs ?? 0,
    unknownLinks: options.unknownLinks ?? 'refuse',
    longTexts: options.longTexts ?? 'refuse',
    unknownPhone: options.unknownPhone ?? 'refuse',
    secondCompany: options.secondCompany ?? 'refuse',
    complexKeeps: options.complexKeeps ?? 'everything',
    absent: options.absent ?? 'empty',
    unlinkNothing: options.unlinkNothing ?? 'refuse',
    refreshEndsAccess: options.refreshEndsAccess ?? false,
    role: options.role ?? 'admin',
    customers: options.customers ?? 'on',
    forbidden: options.forbidden ?? 'json',
    latencyMs: options.latencyMs ?? 0,
    perItemMs: options.perItemMs ?? 0,
    clockAheadS: options.clockAheadS ?? 0,
    banned: false,
  };
}

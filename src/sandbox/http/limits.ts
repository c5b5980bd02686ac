import type { Settings } from '../options.ts';

const WINDOW_MS = 1000;
const BAN_WINDOW_MS = 10_000;

/**
 * Counts arrivals in sliding seconds. An arrival that is refused does not fill the window further, but counts towards the
 * block of the account: https://www.amocrm.ru/developers/content/api/recommendations
 */
export class Limits {
  readonly #settings: Settings;
  readonly #integrations = new Map<string, Window>();
  readonly #account = new Window(WINDOW_MS);
  readonly #refusals = new Window(BAN_WINDOW_MS);

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Whether the request that arrived at this moment (monotonic ms) is let through. */
  admit(integration: string, at: number): boolean {
    const { rateLimit, accountRateLimit, banAfter } = this.#settings;
    const own = this.#integrations.get(integration) ?? new Window(WINDOW_MS);
    this.#integrations.set(integration, own);
    if (own.hasRoom(rateLimit, at) && this.#account.hasRoom(accountRateLimit, at)) {
      if (rateLimit > 0) own.add(at);
      if (accountRateLimit > 0) this.#account.add(at);
      return true;
    }
    this.#refusals.add(at);
    if (!this.#refusals.hasRoom(banAfter, at)) this.#settings.banned = true;
    return false;
  }

  /** Forgets the refusals that led to a block; what fills the windows stays. */
  forgive(): void {
    this.#refusals.clear();
  }

  clear(): void {
    this.#integrations.clear();
    this.#account.clear();
    this.#refusals.clear();
  }
}

class Window {
  readonly #ms: number;
  #arrivals: number[] = [];

  constructor(ms: number) {
    this.#ms = ms;
  }

  add(at: number): void {
    this.#arrivals.push(at);
  }

  /** A limit of 0 is none. */
  hasRoom(limit: number, at: number): boolean {
    this.#arrivals = this.#arrivals.filter((each) => each > at - this.#ms);
    return limit === 0 || this.#arrivals.length < limit;
  }

  clear(): void {
    this.#arrivals = [];
  }
}

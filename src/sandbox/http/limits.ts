import type { Settings } from '../options.ts';

const WINDOW_MS = 1000;
const BAN_WINDOW_MS = 10_000;

/**
 * Counts arrivals in sliding seconds. An arrival that is refused does not fill the window further, but counts towards the
 * block of the account: https://www.amocrm.ru/developers/content/api/recommendations
 */
export class Limits {
  readonly #settings: Settings;
  readonly #byIntegration = new Map<string, number[]>();
  #account: number[] = [];
  #refusals: number[] = [];

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Whether the request that arrived at this moment (monotonic ms) is let through. */
  admit(integration: string, at: number): boolean {
    const { rateLimit, accountRateLimit, banAfter } = this.#settings;
    const own = recent(this.#byIntegration.get(integration) ?? [], at - WINDOW_MS);
    this.#account = recent(this.#account, at - WINDOW_MS);
    const isFree = hasRoom(own, rateLimit) && hasRoom(this.#account, accountRateLimit);
    if (isFree) {
      own.push(at);
      this.#account.push(at);
    } else {
      this.#refusals = [...recent(this.#refusals, at - BAN_WINDOW_MS), at];
      if (banAfter > 0 && this.#refusals.length >= banAfter) this.#settings.banned = true;
    }
    this.#byIntegration.set(integration, own);
    return isFree;
  }

  clear(): void {
    this.#byIntegration.clear();
    this.#account = [];
    this.#refusals = [];
  }
}

function hasRoom(arrivals: number[], limit: number): boolean {
  return limit === 0 || arrivals.length < limit;
}

function recent(arrivals: number[], since: number): number[] {
  return arrivals.filter((at) => at > since);
}

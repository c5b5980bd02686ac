import { SANDBOX_TOKEN as token } from '../../src/sandbox/oauth/long-lived.ts';
import type { Settings } from '../../src/sandbox/options.ts';
import { start } from './processes.ts';

/** A contact or request of the sandbox, as far as the bench looks at it. */
interface State {
  settings: Settings;
  contacts: { id: number; name: string; created_at: number }[];
}
interface Requests {
  next: number;
  requests: { method: string; status: number; at: number }[];
}

export type BenchSandbox = Awaited<ReturnType<typeof startSandbox>>;

/** The sandbox as a process of its own, and what steers it. */
export async function startSandbox() {
  const script = 'src/sandbox/main.ts';
  const { address, usage, stop } = await start({ script, core: 'load', ready: /sandbox on (\S+) / });

  async function control(method: string, path: string, body?: unknown) {
    const response = await fetch(`${address}/_sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    address,
    token,
    usage,
    stop,
    /** Seed data, no log, no ban, and these settings. */
    async reset(settings: Partial<Settings>): Promise<void> {
      await control('POST', 'reset');
      await control('PUT', 'settings', settings);
    },
    set: (settings: Partial<Settings>): Promise<void> => control('PUT', 'settings', settings),
    /** Lets another user make so many items at once. */
    somebody: (path: string, body: readonly unknown[]): Promise<void> =>
      control('POST', 'somebody', { method: 'POST', path, body }),
    state: (): Promise<State> => control('GET', 'state'),
    /** Requests of amoCRM's API from this one on. */
    requests: (since = 0): Promise<Requests> => control('GET', `requests?since=${since}`),
  };
}

/** amoCRM's limits as they are documented, and answers that take as long as they do in life. */
export const lifelike: Partial<Settings> = {
  rateLimit: 7,
  accountRateLimit: 50,
  banAfter: 10,
  latencyMs: 60,
  perItemMs: 2,
};

/** Nothing in the way. */
export const unlimited: Partial<Settings> = { rateLimit: 0, accountRateLimit: 0, latencyMs: 0, perItemMs: 0 };

import { Faults } from './faults/rules.ts';
import { Waiting } from './faults/waiting.ts';
import { Limits } from './http/limits.ts';
import { RequestLog, type RequestRecord } from './http/request-log.ts';
import { sandboxServer } from './http/server.ts';
import { REDIRECT_URI, SANDBOX_TOKEN } from './oauth/long-lived.ts';
import { Tokens } from './oauth/tokens.ts';
import { type SandboxOptions, type Settings, settingsFrom } from './options.ts';
import { accountNamed, openStore } from './seed/seed.ts';
import { type Somebody, somebodyOf } from './somebody.ts';
import type { Store } from './store/store.ts';
import { lift, reset, type World } from './world.ts';

export type { FaultAction, WrongAnswer } from './faults/actions.ts';
export type { FaultRule } from './faults/rules.ts';
export type { RequestRecord, SandboxOptions, Settings };

/** A running amoCRM stand-in. What happens in it never leaves this process. */
export interface Sandbox {
  url: string;
  token: string;
  /** In order of arrival; the last 100,000. */
  requests: RequestRecord[];
  store: Store;
  faults: Faults;
  /** What faults have put off: late calls and delayed answers. */
  waiting: Waiting;
  /** Writes as another user does, past limits, log and faults. */
  somebody: Somebody;
  oauth: Tokens;
  /** Switches that may be changed while it runs. */
  settings: Settings;
  /** Lets the page link to Swagger UI of the service that uses this sandbox. */
  linkDocs(url: string): void;
  lift(): void;
  reset(): void;
  close(): Promise<void>;
}

/** Starts a sandbox on a port of 127.0.0.1 (a free one, unless told otherwise). */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, token = SANDBOX_TOKEN, seed = true, now = Date.now } = options;
  const settings = settingsFrom(options);
  const serverNow = () => now() + settings.clockAheadS * 1000;
  const tokens = new Tokens(serverNow, options.redirectUri ?? REDIRECT_URI);
  tokens.allow(token);
  const begins = { seeded: seed, account: accountNamed(options.accountName) };
  const world: World = {
    settings,
    begins,
    store: openStore(settings, begins, serverNow, options.idsByClock),
    tokens,
    limits: new Limits(settings),
    faults: new Faults(),
    waiting: new Waiting(),
    log: new RequestLog(),
    now: serverNow,
    token,
    docsUrl: options.docsUrl,
  };
  const server = sandboxServer(world);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sandbox got no port');
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    token,
    requests: world.log.records,
    store: world.store,
    faults: world.faults,
    waiting: world.waiting,
    somebody: somebodyOf(world),
    oauth: tokens,
    settings,
    linkDocs: (url) => {
      world.docsUrl = url;
    },
    lift: () => lift(world),
    reset: () => reset(world),
    close: () =>
      new Promise((resolve) => {
        world.waiting.drop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

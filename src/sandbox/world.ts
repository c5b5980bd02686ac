import type { Faults } from './faults/rules.ts';
import type { Waiting } from './faults/waiting.ts';
import type { Limits } from './http/limits.ts';
import type { RequestLog } from './http/request-log.ts';
import type { Tokens } from './oauth/tokens.ts';
import type { Settings } from './options.ts';
import { type Beginning, resetStore } from './seed/seed.ts';
import type { Store } from './store/store.ts';

/** Everything a running sandbox consists of. */
export interface World {
  settings: Settings;
  /** What its store goes back to. */
  begins: Beginning;
  store: Store;
  tokens: Tokens;
  limits: Limits;
  faults: Faults;
  waiting: Waiting;
  log: RequestLog;
  /** Wall clock in milliseconds as amoCRM's servers have it. */
  now(): number;
  /** The long-lived token. */
  token: string;
  /** Where Swagger UI of a service in front of it is, for its page. */
  docsUrl: string | undefined;
}

export function lift({ settings, limits }: World): void {
  settings.banned = false;
  limits.forgive();
}

/** Seed data anew, no log, no faults, nothing that waits, no ban; settings and tokens stay. */
export function reset(world: World): void {
  resetStore(world.store, world.begins);
  world.log.clear();
  world.faults.clear();
  world.waiting.drop();
  world.limits.clear();
  lift(world);
}

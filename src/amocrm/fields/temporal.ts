import { createRequire } from 'node:module';
import type { Temporal } from 'temporal-polyfill';

const load: (name: 'temporal-polyfill') => { Temporal: typeof Temporal } = createRequire(import.meta.url);
let loaded: typeof Temporal | undefined;

/** `Temporal`, which Node does not have yet. Loaded at first use: it takes 3 MiB, and few callers send local times. */
export function temporal(): typeof Temporal {
  loaded ??= load('temporal-polyfill').Temporal;
  return loaded;
}

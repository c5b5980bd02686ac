import type { Catalogue } from './message.ts';

/** What is said to agents beside the failures of steps. */
export const mcpMessages = {
  dryRunFlag: {
    en: 'dry_run must be true or false; nothing has been written',
    ru: 'dry_run: нужно true или false; ничего не записано',
  },
} satisfies Catalogue;

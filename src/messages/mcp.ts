import type { Catalogue } from './message.ts';

/** What is said to agents beside the failures of steps. */
export const mcpMessages = {
  dryRunFlag: {
    en: 'dry_run must be true or false; nothing has been written',
    ru: 'dry_run: нужно true или false; ничего не записано',
  },
  replayed: {
    en: 'This is the answer of an equal call that you made within 10 minutes: nothing was sent to amoCRM now. What has changed there since is not in it.',
    ru: 'Это ответ такого же вашего вызова за последние 10 минут: сейчас в amoCRM ничего не отправлено. Что изменилось там с тех пор, в нём нет.',
  },
} satisfies Catalogue;

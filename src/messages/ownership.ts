import type { Catalogue } from './message.ts';

/** Why an account cannot be worked for now. */
export const ownershipMessages = {
  replaced: {
    en: 'The account was deleted and another was added under its id meanwhile; nothing was sent to it. Send it again where it is meant for that one',
    ru: 'Аккаунт тем временем удалён, и под его id записан другой; в него ничего не отправлено. Повторите, если запрос для него',
  },
  noLease: {
    en: 'The database does not answer, or another process uses it',
    ru: 'База данных не отвечает, или с ней работает другой процесс',
  },
  elsewhere: {
    en: 'Another process may have this account',
    ru: 'С этим аккаунтом, возможно, работает другой процесс',
  },
  ownerLost: {
    en: 'The replica that had the account was lost while it worked on this',
    ru: 'Реплика, у которой был аккаунт, пропала во время работы над этим',
  },
  changeLost: {
    en: 'The replica that had the account was lost while it worked on this: look with GET /accounts/{id} before you send it again',
    ru: 'Реплика, у которой был аккаунт, пропала во время работы над этим: прежде чем повторять, проверьте через GET /accounts/{id}',
  },
  deletionLost: {
    en: 'The database did not answer while the account was deleted: look with GET /accounts/{id} before you send it again',
    ru: 'База данных не ответила, пока удалялся аккаунт: прежде чем повторять, проверьте через GET /accounts/{id}',
  },
  noOwner: {
    en: 'The replica that has the account could not be reached in time',
    ru: 'Реплика, у которой аккаунт, не ответила вовремя',
  },
  otherKeys: {
    en: 'The replica that has the account does not know the SECRET_KEY of this one: all need the same',
    ru: 'Реплика, у которой аккаунт, не знает SECRET_KEY этой реплики: у всех он должен быть один',
  },
  clockOff: (ms: number) => ({
    en: `The clock of this machine is ${ms} ms off that of the database`,
    ru: `Часы этой машины расходятся с часами базы данных на ${ms} мс`,
  }),
  noStoreOfKeys: { en: 'The store of keys cannot be read', ru: 'Хранилище ключей не читается' },
} satisfies Catalogue;

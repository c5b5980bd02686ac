import type { Message } from './message.ts';

/** Why the database cannot be used. `place`: its host and port. */
export const databaseFaults = {
  away: (place: string) => ({
    en: `DATABASE_URL: the database at ${place} does not answer`,
    ru: `DATABASE_URL: база данных ${place} не отвечает; повторите, когда она заработает`,
  }),
} satisfies Readonly<Record<string, (place: string) => Message>>;

export type DatabaseFaultKind = keyof typeof databaseFaults;

/** What whoever looks after the service can do about it. */
export const databaseRemedies: Readonly<Record<DatabaseFaultKind, Message>> = {
  away: {
    en: 'Look whether it runs and whether this machine reaches it (network, firewall, DNS). Until it answers nothing is sent to amoCRM; then the service goes on by itself',
    ru: 'Проверьте, что база запущена и доступна с этой машины (сеть, межсетевой экран, DNS). Пока она не отвечает, в amoCRM ничего не отправляется; потом сервис продолжит работу сам',
  },
};

export const databaseWords = {
  answers: (place: string) => ({
    en: `The database at ${place} answers`,
    ru: `База данных ${place} отвечает`,
  }),
  unseen: {
    en: 'Not looked at: without the database no account is served',
    ru: 'Не проверено: без базы данных аккаунты не обслуживаются',
  },
  seeDatabase: { en: 'See the database', ru: 'Смотрите проверку базы данных' },
};

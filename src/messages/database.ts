import type { Message } from './message.ts';

/** Why the database cannot be used. `place`: its host and port. */
export const databaseFaults = {
  away: (place: string) => ({
    en: `DATABASE_URL: the database at ${place} does not answer`,
    ru: `DATABASE_URL: база данных ${place} не отвечает; повторите, когда она заработает`,
  }),
  busy: (place: string) => ({
    en: `DATABASE_URL: another program has locked a table of the database at ${place}; nothing was done`,
    ru: `DATABASE_URL: другая программа заблокировала таблицу базы данных ${place}; ничего не сделано, повторите позже`,
  }),
  anew: (place: string) => ({
    en: `DATABASE_URL: the database at ${place} was made anew, empty: it has no tables of this service, and what they held is gone. Restore the backup; a restart alone makes empty tables`,
    ru: `DATABASE_URL: база данных ${place} создана заново и пуста: в ней нет таблиц сервиса, а прежние данные потеряны. Восстановите её из резервной копии; один лишь перезапуск создаст пустые таблицы`,
  }),
  missing: (place: string) => ({
    en: `DATABASE_URL: the server at ${place} has no such database`,
    ru: `DATABASE_URL: на сервере ${place} такой базы данных нет`,
  }),
  closed: (place: string) => ({
    en: `DATABASE_URL: the database at ${place} does not let the service in: it refuses the user or the password`,
    ru: `DATABASE_URL: база данных ${place} не пускает сервис: не подходит имя пользователя или пароль`,
  }),
  forbidden: (place: string) => ({
    en: `DATABASE_URL: the database at ${place} does not allow the service to use its tables`,
    ru: `DATABASE_URL: база данных ${place} не разрешает сервису работать с его таблицами`,
  }),
} satisfies Readonly<Record<string, (place: string) => Message>>;

export type DatabaseFaultKind = keyof typeof databaseFaults;

/** What whoever looks after the service can do about it. */
export const databaseRemedies: Readonly<Record<DatabaseFaultKind, Message>> = {
  away: {
    en: 'Look whether it runs and whether this machine reaches it (network, firewall, DNS). Until it answers nothing is sent to amoCRM; then the service goes on by itself',
    ru: 'Проверьте, что база запущена и доступна с этой машины (сеть, межсетевой экран, DNS). Пока она не отвечает, в amoCRM ничего не отправляется; потом сервис продолжит работу сам',
  },
  busy: {
    en: 'Look in pg_stat_activity and pg_locks who holds the lock: a dump, a migration, a session that was left open. The service goes on by itself',
    ru: 'Посмотрите в pg_stat_activity и pg_locks, кто держит блокировку: выгрузка, миграция, забытый сеанс. Сервис продолжит работу сам',
  },
  anew: {
    en: 'Stop all replicas, restore the backup of the database, start them. Where there is no backup restart them: that makes the tables, and accounts, keys, tokens and jobs begin empty',
    ru: 'Остановите все реплики, восстановите базу из резервной копии и запустите их. Если копии нет, перезапустите реплики: таблицы будут созданы, но аккаунты, ключи, токены и задания начнутся с нуля',
  },
  missing: {
    en: 'Restore the database from its backup, or correct its name in DATABASE_URL and restart',
    ru: 'Восстановите базу из резервной копии или исправьте её имя в DATABASE_URL и перезапустите сервис',
  },
  closed: {
    en: 'Put the user and the password of the database into DATABASE_URL and restart',
    ru: 'Укажите в DATABASE_URL имя пользователя и пароль базы и перезапустите сервис',
  },
  forbidden: {
    en: 'Let the tables belong to the user of DATABASE_URL, or give it all rights on them',
    ru: 'Сделайте пользователя из DATABASE_URL владельцем таблиц или дайте ему все права на них',
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

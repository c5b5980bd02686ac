import type { Catalogue } from './message.ts';

/** How the line begins with which a command ends that could not do its work. */
export const commandHeads = {
  doctor: { en: 'Doctor', ru: 'Проверка не выполнена' },
  accounts: { en: 'Accounts', ru: 'Аккаунты' },
  move: { en: 'Not moved', ru: 'Не перенесено' },
} satisfies Catalogue;

/** Why commands of `npm run` could not do their work, and what they print when they have done it. */
export const commandMessages = {
  doctorUsage: {
    en: 'npm run doctor, or npm run doctor -- --url <address of the service>',
    ru: 'запустите npm run doctor или npm run doctor -- --url <адрес сервиса>',
  },
  accountsUsage: {
    en:
      'say what to do: npm run accounts -- list, put <file.json> or key <caller> [<account> …]; --url names the service, ' +
      'ADMIN_KEYS or ADMIN_KEYS_FILE the key',
    ru:
      'укажите, что сделать: npm run accounts -- list, put <файл.json> или key <имя> [<аккаунт> …]; адрес сервиса задаёт --url, ' +
      'ключ — ADMIN_KEYS или ADMIN_KEYS_FILE',
  },
  moveUsage: {
    en:
      'say where to: npm run move -- --to postgres, or --to sqlite; DATA_DIR names the data directory, DATABASE_URL the ' +
      'database, SECRET_KEY what seals the secrets in both',
    ru:
      'укажите, куда: npm run move -- --to postgres или --to sqlite; каталог данных задаёт DATA_DIR, базу — DATABASE_URL, ' +
      'ключ, которым запечатаны секреты в обоих, — SECRET_KEY',
  },
  unreachable: (url: string) => ({
    en: `${url} cannot be reached: is the service running, or is it another --url?`,
    ru: `${url} не отвечает: проверьте, запущен ли сервис и верен ли --url`,
  }),
  badUrl: (url: string) => ({
    en: `--url: expected an address such as http://127.0.0.1:8080, not ${url}`,
    ru: `--url: нужен адрес вида http://127.0.0.1:8080, а не ${url}`,
  }),
  slow: (url: string, seconds: number) => ({
    en: `${url} has not answered within ${seconds} seconds`,
    ru: `${url} не ответил за ${seconds} с; повторите позже или посмотрите лог сервиса`,
  }),
  stranger: (url: string, path: string, status: number) => ({
    en: `${url} is no amocrm-steps: it answered ${path} with ${status}`,
    ru: `${url} — не amocrm-steps: на ${path} ответил ${status}; укажите верный --url`,
  }),
  fileUnreadable: (file: string, code: string) => ({
    en: `${file}: expected JSON of accounts by their ids, and it cannot be read (${code})`,
    ru: `${file}: нужен JSON с аккаунтами по их id, а файл не читается (${code})`,
  }),
  fileIsNone: (file: string) => ({
    en: `${file}: expected JSON of accounts by their ids, and it is none`,
    ru: `${file}: нужен JSON с аккаунтами по их id, а в файле не он`,
  }),
  isPut: (id: string) => ({ en: `${id} is put`, ru: `${id} записан` }),
  openJobs: (count: number) => ({ en: `${count} open jobs`, ru: `незавершённых заданий: ${count}` }),
  movedToPostgres: {
    en: 'Moved, and read back the same. Start the service with DATABASE_URL, and never again from what was copied: it is left as it was.',
    ru: 'Перенесено; при обратном чтении всё совпало. Запускайте сервис с DATABASE_URL и никогда больше — с того, откуда копировали: там всё осталось как было.',
  },
  movedToSqlite: {
    en: 'Moved, and read back the same. Start the service without DATABASE_URL, and never again from what was copied: it is left as it was.',
    ru: 'Перенесено; при обратном чтении всё совпало. Запускайте сервис без DATABASE_URL и никогда больше — с того, откуда копировали: там всё осталось как было.',
  },
  contactsStay: {
    en: 'The contact directory is not moved: it fills again from amoCRM where DATA_DIR has none.',
    ru: 'Справочник контактов не переносится: если в DATA_DIR его нет, он снова заполнится из amoCRM.',
  },
  settingFault: (fault: string) => ({
    en: fault,
    ru: `${fault}. Исправьте эту настройку: о каждой рассказано в docs/ru/settings.md`,
  }),
} satisfies Catalogue;

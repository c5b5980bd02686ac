import type { Catalogue, Message } from './message.ts';

/** How the line begins with which a command ends that could not do its work. */
export const commandHeads = {
  doctor: { en: 'Doctor', ru: 'Проверка не выполнена' },
  accounts: { en: 'Accounts', ru: 'Аккаунты' },
  move: { en: 'Not moved', ru: 'Не перенесено' },
  demo: { en: 'Demo', ru: 'Демо' },
  backup: { en: 'No backup', ru: 'Копия не сделана' },
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
      'ADMIN_KEYS or ADMIN_KEYS_FILE the key; docs/en/accounts.md tells more',
    ru:
      'укажите, что сделать: npm run accounts -- list, put <файл.json> или key <имя> [<аккаунт> …]; адрес сервиса задаёт --url, ' +
      'ключ — ADMIN_KEYS или ADMIN_KEYS_FILE; подробнее — docs/ru/accounts.md',
  },
  moveUsage: {
    en:
      'say where to: npm run move -- --to postgres, or --to sqlite; DATA_DIR names the data directory, DATABASE_URL the ' +
      'database, SECRET_KEY what seals the secrets in both; docs/en/replicas.md tells more',
    ru:
      'укажите, куда: npm run move -- --to postgres или --to sqlite; каталог данных задаёт DATA_DIR, базу — DATABASE_URL, ' +
      'ключ, которым зашифрованы секреты в обоих, — SECRET_KEY; подробнее — docs/ru/replicas.md',
  },
  backupUsage: {
    en: 'say where to: npm run backup -- <file>; DATA_DIR names the data directory',
    ru: 'укажите, куда: npm run backup -- <файл>; каталог данных задаёт DATA_DIR',
  },
  ownFile: (file: string) => ({
    en: `${file} is a service’s own file, and would be lost: give a new name to copy to; where from DATA_DIR says`,
    ru: `${file} — рабочий файл сервиса, он был бы потерян: укажите новое имя, куда копировать; откуда — задаёт DATA_DIR`,
  }),
  inDatabase: {
    en: 'DATABASE_URL is set: what there is stands in the database, and pg_dump copies it; docs/en/replicas.md tells more',
    ru: 'задан DATABASE_URL: данные лежат в базе, копируйте её через pg_dump; подробнее — docs/ru/replicas.md',
  },
  notCopied: (journal: string, file: string, fault: string) => ({
    en: `${journal} cannot be copied to ${file}: give a path that is free, in a directory that exists and can be written (${fault})`,
    ru: `${journal} не скопировать в ${file}: укажите свободное имя в каталоге, который есть и доступен для записи (${fault})`,
  }),
  copied: (journal: string, file: string, pages: number) => ({
    en: `${journal} copied to ${file}, ${pages} pages`,
    ru: `${journal} скопирован в ${file}, страниц: ${pages}`,
  }),
  settingsDue: (due: Message, page: string) => ({
    en: `${due.en}. Set it in the environment or in the file .env of this directory; docs/en/${page}.md tells more`,
    ru: `${due.ru}. Задайте в окружении или в файле .env этого каталога; подробнее — docs/ru/${page}.md`,
  }),
  adminKeyDue: {
    en: 'ADMIN_KEYS (or ADMIN_KEYS_FILE) is missing: expected what the service itself is started with, e.g. ADMIN_KEYS=ops=<key>',
    ru: 'не задана настройка ADMIN_KEYS (или ADMIN_KEYS_FILE): нужно то же, с чем запущен сам сервис, например ADMIN_KEYS=ops=<ключ>',
  },
  keyDue: (url: string) => ({
    en: `${url} asks for a key, and API_KEYS and ADMIN_KEYS give none: expected either as the service itself is started with`,
    ru: `${url} требует ключ, а в настройках API_KEYS и ADMIN_KEYS его нет: нужна одна из них — та же, с какой запущен сам сервис`,
  }),
  databaseDue: {
    en: 'DATABASE_URL (or DATABASE_URL_FILE) is missing: expected the PostgreSQL, postgres://user:password@host:port/database',
    ru: 'не задана настройка DATABASE_URL (или DATABASE_URL_FILE): нужен адрес PostgreSQL, postgres://user:password@host:port/database',
  },
  secretKeyDue: {
    en: 'SECRET_KEY (or SECRET_KEY_FILE) is missing: expected the service’s own, or where it has none what openssl rand -base64 32 prints',
    ru: 'не задана настройка SECRET_KEY (или SECRET_KEY_FILE): нужен ключ самого сервиса, а если его нет — то, что выдаст openssl rand -base64 32',
  },
  unreachable: (url: string) => ({
    en: `${url} cannot be reached: is the service running, or is it another --url?`,
    ru: `${url} не отвечает: проверьте, запущен ли сервис и верен ли --url`,
  }),
  lookedAlone: (url: string) => ({
    en: `The service at ${url} is not running: looked without it, by the settings of this directory`,
    ru: `Сервис на ${url} не запущен: проверено без него, по настройкам этого каталога`,
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
  fileNotJson: (file: string, line: number, column: number, reason: Message) => ({
    en: `${file}: not valid JSON: line ${line}, column ${column}: ${reason.en}`,
    ru: `${file}: это не JSON: строка ${line}, символ ${column}: ${reason.ru}`,
  }),
  fileIsNone: (file: string) => ({
    en: `${file}: expected accounts by their ids, such as { "studio": { "base_url": …, "access": { … } } }; docs/en/accounts.md tells more`,
    ru: `${file}: нужны аккаунты по их id, например { "studio": { "base_url": …, "access": { … } } }; подробнее — docs/ru/accounts.md`,
  }),
  keyFor: (accounts: string) => ({
    en: `The key is for ${accounts}; it is shown this once`,
    ru: `Ключ для ${accounts}; он показан только сейчас`,
  }),
  keyForAll: {
    en: 'The key is for all accounts, those to come too; it is shown this once. For some alone name them: key <caller> <account> …',
    ru: 'Ключ для всех аккаунтов, будущих тоже; он показан только сейчас. Только для некоторых — назовите их: key <имя> <аккаунт> …',
  },
  isPut: (id: string) => ({ en: `${id} is put`, ru: `${id} записан` }),
  notPut: (fault: Message, ids: string) => ({
    en: `${fault.en}; not put: ${ids}; mend it and put the file again: what is put stays as it is`,
    ru: `${fault.ru}; не записаны: ${ids}; исправьте и повторите, записанное не изменится`,
  }),
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
  settingFault: (fault: Message) => ({
    en: `${fault.en}. docs/en/settings.md tells of each setting`,
    ru: `${fault.ru}. О каждой настройке рассказано в docs/ru/settings.md`,
  }),
} satisfies Catalogue;

/** How an account is, in a list. */
export const accountStates = {
  closed: { en: 'works', ru: 'работает' },
  unreachable: { en: 'does not answer', ru: 'не отвечает' },
  blocked: { en: 'blocked by amoCRM', ru: 'заблокирован в amoCRM' },
  disabled: { en: 'disabled', ru: 'отключён' },
  noTokens: { en: 'has no access yet: see /oauth/start', ru: 'доступа ещё нет: откройте /oauth/start' },
  notOpen: { en: 'not open now', ru: 'сейчас не открыт' },
  atReplica: (address: string) => ({ en: `open at ${address}`, ru: `открыт в реплике ${address}` }),
} satisfies Catalogue;

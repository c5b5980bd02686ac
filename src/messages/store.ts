import type { Catalogue } from './message.ts';

/** What is wrong with the place where the service keeps its data; in Russian also what to do. */
export const storeMessages = {
  ofDirectory: (directory: string, expected: string) => ({
    en: `DATA_DIR ${directory}: expected ${expected}`,
    ru: `каталог DATA_DIR ${directory}: ${expected}`,
  }),
  ofDatabase: (expected: string, found: string) => ({
    en: `DATABASE_URL: expected ${expected} (${found})`,
    ru: `база DATABASE_URL: ${expected} (${found})`,
  }),
  noJournal: { en: 'a directory that holds journal.db', ru: 'нужен каталог, в котором есть journal.db' },
  badJournal: {
    en: 'a journal.db that can be read and written',
    ru: 'journal.db не читается или не записывается; проверьте права и файл, при нужде возьмите резервную копию',
  },
  hasJournal: (table: string) => ({
    en: `a directory without a journal: journal.db has rows in its table ${table}`,
    ru: `нужен каталог без журнала, а в journal.db есть строки в таблице ${table}; укажите пустой каталог`,
  }),
  noRoom: { en: 'a directory with room for all', ru: 'в каталоге не хватает места; освободите диск' },
  notMade: {
    en: 'a directory that can be made and written to',
    ru: 'каталог нельзя создать или в него нельзя писать; проверьте путь и права',
  },
  inUse: {
    en: 'a directory that no other process uses, and one is running with this',
    ru: 'с этим каталогом уже работает другой процесс; остановите его',
  },
  noLock: { en: 'a directory whose lock.db can be locked', ru: 'не удаётся заблокировать lock.db в этом каталоге' },
  notWritable: { en: 'a directory that can be written to', ru: 'в каталог нельзя писать; проверьте права' },
  databaseInUse: { en: 'a database that no process uses', ru: 'базой никто не должен пользоваться; остановите сервис' },
  liveReplica: {
    en: 'one is running with this, or was killed some seconds ago',
    ru: 'с ней работает процесс, или он был убит несколько секунд назад',
  },
  databaseFull: {
    en: 'an empty database, such as a new one made with createdb',
    ru: 'нужна пустая база, например новая: createdb <имя>',
  },
  rowsIn: (table: string) => ({ en: `there are rows in its table ${table}`, ru: `в таблице ${table} есть строки` }),
  notTaken: { en: 'a database that takes what is moved', ru: 'база не приняла данные' },
  noTables: {
    en: 'a database in which tables can be made',
    ru: 'в базе не удаётся создать таблицы; дайте пользователю права на это',
  },
  foreignTable: {
    en: 'its table schema_version is that of another program; give the service a database of its own',
    ru: 'таблица schema_version в ней принадлежит другой программе; дайте сервису отдельную базу',
  },
  noAnswer: {
    en: 'a PostgreSQL that answers',
    ru: 'PostgreSQL не отвечает или не пускает; проверьте адрес, имя, пароль и запущен ли он',
  },
  noDatabase: {
    en: 'a database that is there: make it with createdb, or correct its name',
    ru: 'такой базы на сервере нет; создайте её (createdb <имя>) или исправьте имя',
  },
  addressForm: {
    en: 'postgres://user:password@host:port/database',
    ru: 'нужен адрес вида postgres://user:password@host:port/database',
  },
  oldServer: (version: number) => ({
    en: `DATABASE_URL: expected PostgreSQL 14 or newer (it is ${version})`,
    ru: `DATABASE_URL: нужен PostgreSQL 14 или новее (там ${version})`,
  }),
  otherEncoding: (encoding: string) => ({
    en: `DATABASE_URL: expected a database in UTF8 (it is in ${encoding})`,
    ru: `DATABASE_URL: нужна база в кодировке UTF8 (там ${encoding})`,
  }),
  notTheSame: (table: string, sent: number, kept: number) => ({
    en: `${table}: expected the same on both sides, and ${sent} rows were copied, ${kept} read back, or one differs`,
    ru: `${table}: с обеих сторон должно быть одно и то же, а скопировано строк ${sent}, прочитано обратно ${kept}, или одна отличается; начните перенос заново`,
  }),
} satisfies Catalogue;

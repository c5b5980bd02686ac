import type { Catalogue, Message } from './message.ts';

const seconds = (en: string, ru: string): Message => ({ en: `seconds ${en}, 0 to 86400`, ru: `${ru}, от 0 до 86400` });
const milliseconds = (en: string, ru: string): Message => ({
  en: `milliseconds for one ${en}, 100 to 600000`,
  ru: `число миллисекунд на ${ru}, от 100 до 600000`,
});
const fileOf = (en: string, ru: string): Message => ({ en: `a file that holds ${en}`, ru: `файл, в котором ${ru}` });
const fileInstead = (setting: string): Message =>
  fileOf(`what ${setting} would`, `записано то, что стояло бы в ${setting}`);
const flag = (en: string, ru: string): Message => ({ en: `true or false: ${en}`, ru: `true или false: ${ru}` });

/** What each setting should be. */
export const expectedSettings = {
  AMO_BASE_URL: {
    en: 'the address of the account, e.g. https://example.amocrm.ru',
    ru: 'адрес аккаунта, например https://example.amocrm.ru',
  },
  AMO_ACCESS_TOKEN: { en: 'the long-lived token, one word', ru: 'долгосрочный токен, одно слово' },
  AMO_ACCESS_TOKEN_FILE: fileOf('the long-lived token', 'записан долгосрочный токен'),
  AMO_CLIENT_ID: { en: 'the integration’s id', ru: 'ID интеграции' },
  AMO_CLIENT_SECRET: { en: 'the integration’s secret key, one word', ru: 'секретный ключ интеграции, одно слово' },
  AMO_CLIENT_SECRET_FILE: fileOf('the integration’s secret key', 'записан секретный ключ интеграции'),
  AMO_REDIRECT_URI: {
    en: 'the integration’s redirect address, to the letter',
    ru: 'адрес перенаправления интеграции, буква в букву',
  },
  AMO_AUTH_CODE: { en: 'an authorization code, one word', ru: 'код авторизации, одно слово' },
  AMO_REFRESH_TOKEN: { en: 'a refresh token, one word', ru: 'refresh-токен, одно слово' },
  AMO_FIELDS_FILE: { en: 'a field map file', ru: 'файл карты полей' },
  AMO_FIELDS_TTL: seconds('that discovered fields are kept', 'сколько секунд хранить прочитанные поля'),
  AMO_RATE_LIMIT: { en: 'requests per second, 1 to 50', ru: 'число запросов в секунду, от 1 до 50' },
  AMO_BATCH_SIZE: {
    en: 'entities in one write at most, 1 to 250',
    ru: 'наибольшее число сущностей в одной записи, от 1 до 250',
  },
  AMO_TIMEOUT_MS: milliseconds('call to amoCRM', 'один вызов amoCRM'),
  AMO_ALLOW_HTTP: flag('plain http to an address other than loopback', 'можно ли http к адресу на другой машине'),
  STEP_DEADLINE_MS: milliseconds('step, waiting included', 'один шаг вместе с ожиданием'),
  SCENARIO_DEADLINE_MS: milliseconds('scenario, waiting included', 'один сценарий вместе с ожиданием'),
  HOST: { en: 'the address to listen on', ru: 'адрес, на котором сервис принимает запросы' },
  PORT: {
    en: 'the port to listen on, 0 to 65535',
    ru: 'порт, на котором сервис принимает запросы, от 0 до 65535',
  },
  API_KEYS: {
    en: 'comma-separated name=key, name:read=key, name:metrics=key or key',
    ru: 'имя=ключ, имя:read=ключ, имя:metrics=ключ или ключ, через запятую',
  },
  API_KEYS_FILE: fileInstead('API_KEYS'),
  ADMIN_KEYS: {
    en: 'comma-separated name=key or key of those who manage accounts and callers’ keys',
    ru: 'имя=ключ или ключ тех, кто управляет аккаунтами и ключами, через запятую',
  },
  ADMIN_KEYS_FILE: fileInstead('ADMIN_KEYS'),
  SECRET_KEY: {
    en: '32 random bytes in base64 (openssl rand -base64 32 makes them) that seal secrets in DATA_DIR or the database; make it once and keep it; new,old to replace one',
    ru: '32 случайных байта в base64 (их выдаст openssl rand -base64 32), которыми шифруются секреты в DATA_DIR или базе; создайте ключ один раз и сохраните; новый,старый — для замены',
  },
  SECRET_KEY_FILE: fileInstead('SECRET_KEY'),
  DATABASE_URL: {
    en: 'postgres://user:password@host:port/database of a PostgreSQL that holds what DATA_DIR would',
    ru: 'postgres://user:password@host:port/database — адрес PostgreSQL, где хранится то, что было бы в DATA_DIR',
  },
  DATABASE_URL_FILE: fileInstead('DATABASE_URL'),
  REPLICA_URL: {
    en: 'the address at which other replicas reach this one, e.g. http://10.0.0.5:8080',
    ru: 'адрес, по которому эту реплику находят другие, например http://10.0.0.5:8080',
  },
  AMO_HOSTS: {
    en: 'comma-separated host names, without ports, that accounts may have beside those of amoCRM and Kommo',
    ru: 'имена хостов через запятую, без портов, которые могут быть у аккаунтов кроме хостов amoCRM и Kommo',
  },
  CALLBACK_HOSTS: {
    en: 'comma-separated host names, without ports, that callbacks may go to although their addresses are not public',
    ru: 'имена хостов через запятую, без портов, куда уведомления могут уходить, хотя их адреса внутренние',
  },
  ALLOW_ANONYMOUS: flag(
    'serve a public address without API keys',
    'принимать ли запросы с других машин без ключей API',
  ),
  ALLOWED_HOSTS: { en: 'comma-separated host names, without ports', ru: 'имена хостов через запятую, без портов' },
  ALLOWED_ORIGINS: {
    en: 'comma-separated origins such as https://app.example.com',
    ru: 'адреса сайтов через запятую, например https://app.example.com',
  },
  MAX_BODY_MB: {
    en: 'megabytes of request bodies in work at most, 2 to 4096',
    ru: 'сколько мегабайт тел запросов может быть в работе, от 2 до 4096',
  },
  JOB_GIVE_UP_HOURS: {
    en: 'hours until a job is given up, 1 to 168',
    ru: 'через сколько часов задание считается неудавшимся, от 1 до 168',
  },
  JOB_KEPT_DAYS: {
    en: 'days for which an ended job is kept, 1 to 365',
    ru: 'сколько дней хранится завершённое задание, от 1 до 365',
  },
  DATA_DIR: {
    en: 'a directory for what must outlive a restart',
    ru: 'каталог для того, что должно пережить перезапуск',
  },
  DIRECTORY: {
    en: 'on or off: whether the contact directory answers when many contacts are looked for at once',
    ru: 'on или off: отвечает ли справочник контактов, когда сразу ищут много контактов',
  },
  DIRECTORY_FRESH_MS: {
    en: 'milliseconds for which a find may take what the contact directory has read, 0 to 60000',
    ru: 'сколько миллисекунд поиск может брать прочитанное справочником контактов, от 0 до 60000',
  },
  HEALTH_CACHE_SECONDS: seconds('that the answer of /health is kept', 'сколько секунд хранить ответ /health'),
  MCP_STEPS: {
    en: 'comma-separated step types or groups that are tools of /mcp',
    ru: 'типы шагов или их группы через запятую, которые становятся инструментами /mcp',
  },
  LOG_LEVEL: {
    en: 'one of fatal, error, warn, info, debug, trace, silent',
    ru: 'одно из fatal, error, warn, info, debug, trace, silent',
  },
} satisfies Catalogue;

/** What some parts of settings should be. */
export const expectedParts = {
  origin: (example: string, rest: Message) => ({
    en: `an origin such as ${example}${rest.en}`,
    ru: `адрес вида ${example}${rest.ru}`,
  }),
  bareOrigin: { en: ', without path, query or user', ru: ', без пути, параметров и имени пользователя' },
  httpsOrigin: {
    en: '; plain http is for loopback alone (or set AMO_ALLOW_HTTP=true)',
    ru: '; http допустим только к этой же машине (или задайте AMO_ALLOW_HTTP=true)',
  },
  hosts: {
    en: 'host names without ports, such as steps.example.com',
    ru: 'имена хостов без портов, например steps.example.com',
  },
  origins: {
    en: 'origins such as https://app.example.com, each in full',
    ru: 'адреса сайтов целиком, например https://app.example.com',
  },
  clientId: {
    en: 'the id of the integration that the other OAuth settings belong to',
    ru: 'ID интеграции, к которой относятся остальные настройки OAuth',
  },
  clientSecret: {
    en: 'the secret key of the integration (or set AMO_CLIENT_SECRET_FILE)',
    ru: 'секретный ключ интеграции (или задайте AMO_CLIENT_SECRET_FILE)',
  },
  accessToken: {
    en: 'the long-lived token (or set AMO_ACCESS_TOKEN_FILE, or AMO_CLIENT_ID and the rest of OAuth)',
    ru: 'долгосрочный токен (или задайте AMO_ACCESS_TOKEN_FILE либо AMO_CLIENT_ID и остальное для OAuth)',
  },
  keyEntry: { en: 'name=key or key', ru: 'имя=ключ или ключ' },
  otherName: { en: 'another name than . and ..', ru: 'другое имя, не . и не ..' },
  scopedEntry: {
    en: 'name:read=key, name:metrics=key or name=key',
    ru: 'имя:read=ключ, имя:metrics=ключ или имя=ключ',
  },
  secretKey: {
    en: '32 bytes in base64, as openssl rand -base64 32 makes them',
    ru: '32 байта в base64, как их выдаёт openssl rand -base64 32',
  },
} satisfies Catalogue;

/** Why settings are refused. */
export const settingMessages = {
  missing: (name: string, expected: Message) => ({
    en: `${name} is missing: expected ${expected.en}`,
    ru: `не задана настройка ${name}; нужно: ${expected.ru}`,
  }),
  missingFor: (name: string, whoNeeds: string, expected: Message) => ({
    en: `${name} is missing (${whoNeeds} needs it): expected ${expected.en}`,
    ru: `не задана настройка ${name}, без неё нельзя задать ${whoNeeds}; нужно: ${expected.ru}`,
  }),
  invalid: (name: string, expected: Message) => ({
    en: `${name} is not valid: expected ${expected.en}`,
    ru: `настройка ${name} неверна; нужно: ${expected.ru}`,
  }),
  invalidValue: (name: string, value: string, expected: Message) => ({
    en: `${name} is not valid: ${value}; expected ${expected.en}`,
    ru: `настройка ${name} неверна: ${value}; нужно: ${expected.ru}`,
  }),
  invalidEntry: (name: string, entry: number, expected: Message) => ({
    en: `${name} entry ${entry} is not valid: expected ${expected.en}`,
    ru: `настройка ${name}: запись ${entry} неверна; нужно: ${expected.ru}`,
  }),
  shortEntry: (name: string, entry: number, least: number) => ({
    en: `${name} entry ${entry} is too short: expected ${least} characters or more`,
    ru: `настройка ${name}: запись ${entry} слишком короткая; нужно не меньше ${least} символов`,
  }),
  noEntry: (name: string) => ({
    en: `${name} has no entry: expected comma-separated name=key or key`,
    ru: `настройка ${name} пуста; нужно: имя=ключ или ключ, через запятую`,
  }),
  twinEntry: (name: string, entry: number, first: number) => ({
    en: `${name} entry ${entry} has the key of entry ${first}: expected each key once`,
    ru: `настройка ${name}: в записи ${entry} тот же ключ, что в записи ${first}; каждый ключ указывается один раз`,
  }),
  sharedEntry: (entry: number) => ({
    en: `ADMIN_KEYS entry ${entry} is in API_KEYS too: expected each key once`,
    ru: `настройка ADMIN_KEYS: ключ из записи ${entry} есть и в API_KEYS; каждый ключ указывается один раз`,
  }),
  keysDue: (host: string) => ({
    en: `API_KEYS is required when HOST is ${host} (or set ALLOW_ANONYMOUS=true)`,
    ru: `при HOST=${host} нужна настройка API_KEYS (или задайте ALLOW_ANONYMOUS=true)`,
  }),
  bothSet: (one: string, other: string) => ({
    en: `${one} and ${other} are both set: expected one of them`,
    ru: `заданы и ${one}, и ${other}; нужна только одна из этих настроек`,
  }),
  twoAccesses: (name: string) => ({
    en: `AMO_ACCESS_TOKEN and ${name} are both set: expected the long-lived token or OAuth`,
    ru: `заданы и AMO_ACCESS_TOKEN, и ${name}; нужен либо долгосрочный токен, либо OAuth`,
  }),
  twoAccounts: (name: string) => ({
    en: `ADMIN_KEYS and ${name} are both set: expected accounts by HTTP (PUT /accounts/{id}) or one here`,
    ru: `заданы и ADMIN_KEYS, и ${name}; аккаунты приходят либо по HTTP (PUT /accounts/{id}), либо один из настроек`,
  }),
  emptyFile: (name: string, file: string) => ({
    en: `${name}_FILE is empty: expected a secret in ${file}`,
    ru: `настройка ${name}_FILE: файл ${file} пуст, а в нём должен быть секрет`,
  }),
  unreadableFile: (name: string, file: string) => ({
    en: `${name}_FILE cannot be read: expected a readable file at ${file}`,
    ru: `настройка ${name}_FILE: файл ${file} не читается; проверьте путь и права`,
  }),
  badEnvFile: (file: string, why: string) => ({
    en: `${file}: expected a file of NAME=value lines (${why})`,
    ru: `${file}: нужен файл со строками ИМЯ=значение (${why})`,
  }),
  strayStep: (word: string, groups: string) => ({
    en: `MCP_STEPS: "${word}" is neither a step type nor one of the groups ${groups}`,
    ru: `настройка MCP_STEPS: "${word}" — не тип шага и не одна из групп: ${groups}`,
  }),
  lacksSecretKey: (id: string) => ({
    en: `SECRET_KEY lacks the key that the stored secrets were sealed with (${id}): expected new,old`,
    ru: `в SECRET_KEY нет ключа, которым зашифрованы сохранённые секреты (${id}); нужно: новый,старый`,
  }),
  lacksUnusedKey: (id: string) => ({
    en: `SECRET_KEY lacks the key that the database was first used with (${id}): expected new,old; no secret is sealed with it, so if it is lost: stop all replicas, then DELETE FROM secret_key`,
    ru: `в SECRET_KEY нет ключа, с которым базу использовали впервые (${id}); нужно: новый,старый; секретов под ним нет, поэтому, если он утерян: остановите все реплики и выполните DELETE FROM secret_key`,
  }),
  ofFieldMap: (path: string, fault: Message) => ({
    en: `AMO_FIELDS_FILE ${path}: ${fault.en}`,
    ru: `карта полей AMO_FIELDS_FILE ${path}: ${fault.ru}`,
  }),
} satisfies Catalogue;

/** The line of a start that is refused. */
export const startMessages = {
  refused: (fault: Message) => ({
    en: `amocrm-steps cannot start: ${fault.en}`,
    ru: `amocrm-steps не запускается: ${fault.ru}`,
  }),
  addressDue: (fault: string) => ({
    en: `HOST and PORT: expected an address that is free here (${fault})`,
    ru: `HOST и PORT: нужен адрес, свободный на этой машине (${fault})`,
  }),
} satisfies Catalogue;

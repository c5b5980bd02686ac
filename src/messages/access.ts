import type { Catalogue, Message } from './message.ts';
import { countedInRussian } from './plural.ts';

/** Keys of the service, accounts, Idempotency-Key. */
export const accessMessages = {
  howToSendKey: {
    en: 'Send the key as Authorization: Bearer <key> or X-API-Key',
    ru: 'Передайте ключ в заголовке Authorization: Bearer <ключ> или X-API-Key',
  },
  notOfReplica: {
    en: 'No replica of this service has signed this request',
    ru: 'Этот запрос не подписан репликой этого сервиса',
  },
  unknownKey: {
    en: 'This key is not one of API_KEYS (the key alone is sent, without its name). Send the key as Authorization: Bearer <key> or X-API-Key',
    ru: 'Такого ключа нет в API_KEYS (передаётся сам ключ, без имени). Передайте ключ в заголовке Authorization: Bearer <ключ> или X-API-Key',
  },
  unknownManagedKey: {
    en: 'This key is not known here, or not any more. Send the key as Authorization: Bearer <key> or X-API-Key',
    ru: 'Такого ключа здесь нет или уже нет. Передайте ключ в заголовке Authorization: Bearer <ключ> или X-API-Key',
  },
  typedKey: {
    en: 'This key is not known here. It takes one of the setting API_KEYS of this service, where it stands as name=key: enter what follows the "=". Whoever has started the service knows it',
    ru: 'Такого ключа нет. Нужен ключ из настройки API_KEYS этого сервиса; там он записан как имя=ключ, введите то, что после «=». Его знает тот, кто запустил сервис',
  },
  typedManagedKey: {
    en: 'This key is not known here, or not any more. It takes a key of the account, which POST /keys or npm run accounts has given, or one of the setting ADMIN_KEYS of this service, where it stands as name=key: enter what follows the "="',
    ru: 'Такого ключа нет или уже нет. Нужен ключ аккаунта, который выдал POST /keys или npm run accounts, либо ключ из настройки ADMIN_KEYS этого сервиса; там он записан как имя=ключ, введите то, что после «=»',
  },
  mayOnlyRead: {
    en: 'This key may only read, and this route writes',
    ru: 'Этот ключ только для чтения, а запрос записывает данные; нужен другой ключ',
  },
  stepMayOnlyRead: (step: string) => ({
    en: `This key may only read, and ${step} writes`,
    ru: `Этот ключ только для чтения, а ${step} записывает данные; нужен другой ключ`,
  }),
  metricsOnly: (route: string) => ({
    en: `This key is for ${route} alone`,
    ru: `Этот ключ только для ${route}; нужен другой ключ`,
  }),
  notOfAllAccounts: {
    en: 'The metrics tell of all accounts, and this key is for some of them',
    ru: 'Метрики рассказывают обо всех аккаунтах, а этот ключ — только для некоторых; нужен ключ для всех',
  },
  adminOutside: {
    en: 'A key of ADMIN_KEYS manages accounts and does nothing in them',
    ru: 'Ключ из ADMIN_KEYS управляет аккаунтами, но не работает в них; нужен ключ аккаунта',
  },
  adminOnly: {
    en: 'This route is for keys of ADMIN_KEYS alone',
    ru: 'Этот адрес доступен только с ключом из ADMIN_KEYS',
  },
  notManaged: {
    en: 'This service has one account, of its settings. Accounts, keys and callbacks are managed here once ADMIN_KEYS is set',
    ru: 'У этого сервиса один аккаунт, из настроек. Аккаунтами, ключами и уведомлениями здесь управляют, когда задана настройка ADMIN_KEYS',
  },
  nameAccount: {
    en: 'This key is for several accounts: name one of them in the header Amocrm-Account',
    ru: 'У этого ключа несколько аккаунтов: укажите один из них в заголовке Amocrm-Account',
  },
  unknownAccount: (id: string) => ({
    en: `This key has no account "${id}"`,
    ru: `У этого ключа нет аккаунта "${id}"`,
  }),
  unknownAccountNear: (id: string, near: string) => ({
    en: `This key has no account "${id}"; did you mean "${near}"?`,
    ru: `У этого ключа нет аккаунта "${id}"; возможно, вы имели в виду "${near}"?`,
  }),
  accountDisabled: {
    en: 'The account is switched off: see PUT /accounts/{id}',
    ru: 'Аккаунт отключён: см. PUT /accounts/{id}',
  },
  accountGone: (id: string) => ({
    en: `There is no account ${id}`,
    ru: `Аккаунта ${id} нет`,
  }),
  noAccount: (id: string, near: string | undefined) => ({
    en: `There is no account "${id}"; ${maybe(near).en}GET /accounts lists them`,
    ru: `Аккаунта "${id}" нет; ${maybe(near).ru}список даёт GET /accounts`,
  }),
  openJobs: (count: number) => ({
    en: `It has ${count} open jobs; with ?force=true they go with it`,
    ru: `У него ${countedInRussian(count, { one: 'незавершённое задание', few: 'незавершённых задания', many: 'незавершённых заданий' })}; с ?force=true они удаляются вместе с ним`,
  }),
  owedCallbacks: (count: number) => ({
    en: `It has ${count} callback${count === 1 ? '' : 's'} that must still be delivered; with ?force=true they go with it`,
    ru: `У него ${countedInRussian(count, { one: 'недоставленное уведомление', few: 'недоставленных уведомления', many: 'недоставленных уведомлений' })}; с ?force=true они удаляются вместе с ним`,
  }),
  accountsUnreadable: {
    en: 'The store of accounts cannot be read',
    ru: 'Не удаётся прочитать список аккаунтов; повторите запрос позже',
  },
  noKeyKept: {
    en: 'This route keeps no Idempotency-Key: its answer holds a secret',
    ru: 'Здесь Idempotency-Key не хранится: в ответе секрет; уберите заголовок',
  },
  noSuchKey: {
    en: 'There is no key of this id; GET /keys lists them',
    ru: 'Нет ключа с таким id; список даёт GET /keys',
  },
  noAccountHere: (id: string, near: string | undefined) => ({
    en: `there is no account "${id}" here; ${maybe(near).en}GET /accounts lists them`,
    ru: `аккаунта "${id}" здесь нет; ${maybe(near).ru}список даёт GET /accounts`,
  }),
  keyForm: {
    en: 'Idempotency-Key must be 1 to 255 visible ASCII characters, given once',
    ru: 'Idempotency-Key — от 1 до 255 видимых символов ASCII, один раз',
  },
  keyInWork: {
    en: 'The request with this Idempotency-Key is being worked on',
    ru: 'Запрос с этим Idempotency-Key ещё выполняется; повторите запрос через секунду',
  },
  keyReused: {
    en:
      'This Idempotency-Key belongs to another route or body. That one, sent again, goes on where it stopped. A corrected ' +
      'one needs a new key: it runs from its start and writes everything again',
    ru:
      'Этот Idempotency-Key уже использован с другим адресом или телом запроса. Тот запрос при повторе продолжится с места ' +
      'остановки. Исправленному нужен новый ключ: он выполнится с начала и запишет всё заново',
  },
  notificationWithKey: {
    en: 'A notification takes no Idempotency-Key',
    ru: 'Уведомление отправляется без Idempotency-Key',
  },
} satisfies Catalogue;

/** What is wrong with an account that was sent. */
export const accountMessages = {
  needsAccess: {
    en: 'needs access_token, or client_id and the rest of OAuth',
    ru: 'нужен access_token либо client_id и остальное для OAuth',
  },
  strayAccess: (known: string) => ({
    en: `does not belong here; known are ${known}`,
    ru: `здесь этого быть не может; есть ${known}`,
  }),
  oneWord: { en: 'must be one word of visible ASCII', ru: 'нужно одно слово из видимых символов ASCII' },
  originDue: (example: string) => ({
    en: `must be an origin such as ${example}, without path, query or user`,
    ru: `нужен адрес вида ${example}, без пути, параметров и имени пользователя`,
  }),
  otherHost: (domains: string) => ({
    en: `must be on ${domains}, or on a host of AMO_HOSTS`,
    ru: `нужен адрес на ${domains} или на хосте из AMO_HOSTS`,
  }),
  httpsDue: { en: 'must be https', ru: 'нужен https' },
} satisfies Catalogue;

function maybe(near: string | undefined): Message {
  if (near === undefined) return { en: '', ru: '' };
  return { en: `did you mean "${near}"? `, ru: `возможно, вы имели в виду "${near}"? ` };
}

import type { Message } from './message.ts';

/** What the doctor says: titles of its checks, what it has found, what to do. */
/** What each check asks, as a heading. */
export const checkTitles = {
  account: { en: 'amoCRM answers', ru: 'amoCRM отвечает' },
  token: { en: 'Access to amoCRM', ru: 'Доступ в amoCRM' },
  field_map: { en: 'The field map', ru: 'Карта полей' },
  telegram_id: { en: 'The field telegram_id', ru: 'Поле telegram_id' },
  webhooks: { en: 'Webhooks of the account', ru: 'Вебхуки аккаунта' },
  clock: { en: 'The clock', ru: 'Часы' },
  limit: { en: 'amoCRM’s limit', ru: 'Ограничение amoCRM' },
  directory: { en: 'The contact directory', ru: 'Справочник контактов' },
  data_dir: { en: 'DATA_DIR', ru: 'DATA_DIR' },
  settings: { en: 'Settings', ru: 'Настройки' },
};

export const accountWords = {
  answers: (name: string, subdomain: string) => ({
    en: `amoCRM answers and accepts the token: "${name}" (${subdomain})`,
    ru: `amoCRM отвечает и принимает токен: «${name}» (${subdomain})`,
  }),
  disabled: { en: 'The account is switched off in this service', ru: 'Аккаунт отключён в сервисе' },
  switchOn: {
    en: 'PUT /accounts/{id} without "disabled" switches it on',
    ru: 'Включить: PUT /accounts/{id} без "disabled"',
  },
  unseen: { en: 'Not looked at: amoCRM does not answer', ru: 'Не проверено: amoCRM не отвечает' },
  more: (left: number) => ({
    en: `${left} more accounts were not looked at`,
    ru: `Не проверено аккаунтов: ${left}`,
  }),
  nameOne: {
    en: 'Ask for one of them with the header Amocrm-Account',
    ru: 'Запросите нужный в заголовке Amocrm-Account',
  },
};

export const tokenWords = {
  opaque: {
    en: 'The token does not tell when it ends (it is no JSON Web Token)',
    ru: 'По токену нельзя узнать, до какого срока он действует (это не JSON Web Token)',
  },
  ended: (date: string) => ({ en: `The token ended on ${date}`, ru: `Срок токена истёк ${date}` }),
  ends: (date: string, days: number, scopes: string | undefined) => ({
    en: `The token lasts until ${date}, ${days} more days${scopes === undefined ? '' : `; it may use ${scopes}`}`,
    ru: `Токен действует до ${date}, осталось дней: ${days}${scopes === undefined ? '' : `; права: ${scopes}`}`,
  }),
  makeNew: {
    en: 'Make a new long-lived token in the integration (tab "Keys and access") and put it into AMO_ACCESS_TOKEN_FILE, or restart with it',
    ru: 'Создайте новый долгосрочный токен в интеграции (вкладка «Ключи и доступы») и запишите его в AMO_ACCESS_TOKEN_FILE или перезапустите сервис с ним',
  },
  lacksScope: (scopes: string, needed: string) => ({
    en: `The token may use ${scopes || 'nothing'}, but not ${needed}`,
    ru: `Права токена: ${scopes || 'никаких'}; среди них нет ${needed}`,
  }),
  giveScope: (needed: string) => ({
    en: `Give the integration the right ${needed} and make a new token`,
    ru: `Дайте интеграции право ${needed} и создайте новый токен`,
  }),
  noPair: { en: 'There are no OAuth tokens yet', ru: 'Токенов OAuth пока нет' },
  openStart: {
    en: 'Open /oauth/start of this service in a browser and allow the access in amoCRM',
    ru: 'Откройте в браузере /oauth/start этого сервиса и разрешите доступ в amoCRM',
  },
  seeLog: {
    en: 'Look in the log for lines with "msg":"tokens": they say why a renewal fails',
    ru: 'Посмотрите в логе строки с "msg":"tokens": в них сказано, почему токены не обновляются',
  },
  pairFresh: (date: string) => ({
    en: `The OAuth tokens were renewed on ${date}`,
    ru: `Токены OAuth обновлены ${date}`,
  }),
  pairAged: (days: number) => ({
    en: `The OAuth tokens were last renewed ${days} days ago, and should be each day`,
    ru: `Токены OAuth обновлялись дней назад: ${days}, а должны обновляться каждый день`,
  }),
  pairEnded: (days: number) => ({
    en: `The OAuth tokens were last renewed ${days} days ago: the refresh token has ended`,
    ru: `Токены OAuth обновлялись дней назад: ${days}; токен обновления больше не действует`,
  }),
  authorizeAnew: {
    en: 'Authorize the integration anew: open /oauth/start of this service in a browser',
    ru: 'Авторизуйте интеграцию заново: откройте в браузере /oauth/start этого сервиса',
  },
};

export const fieldWords = {
  noMap: {
    en: 'There is none: fields go by their names in amoCRM',
    ru: 'Её нет: поля находятся по названиям в amoCRM',
  },
  mapRight: (count: number) => ({
    en: `All ${count} entries are there, with their types and options`,
    ru: `Все поля карты на месте, с теми же типами и вариантами (${count})`,
  }),
  wrong: (names: string) => ({
    en: `amoCRM has no such field, or one of another type: ${names}`,
    ru: `В amoCRM нет такого поля, или у него другой тип: ${names}`,
  }),
  noOptions: (names: string) => ({
    en: `amoCRM has no such options: ${names}`,
    ru: `В amoCRM нет вариантов: ${names}`,
  }),
  mendMap: {
    en: 'Correct the field map (AMO_FIELDS_FILE, or field_map of the account); amocrm_fetch_fields gives what amoCRM has',
    ru: 'Исправьте карту полей (AMO_FIELDS_FILE или field_map аккаунта); что есть в amoCRM, показывает amocrm_fetch_fields',
  },
  telegramMapped: { en: 'The field map has it', ru: 'Есть в карте полей' },
  telegramThere: { en: 'Contacts have it', ru: 'Есть у контактов' },
  noTelegram: {
    en: 'Contacts have no field telegram_id: a find by it is 422 UNKNOWN_FIELD',
    ru: 'У контактов нет поля telegram_id: поиск по нему ответит 422 UNKNOWN_FIELD',
  },
  addTelegram: {
    en: 'If the bot finds people by their Telegram id: add a text field of that name to contacts, or map one',
    ru: 'Если бот ищет людей по Telegram ID: добавьте контактам текстовое поле с таким названием или укажите своё в карте полей',
  },
};

export const webhookWords = {
  on: (count: number) => ({
    en: count === 0 ? 'There are none' : `${count}, none switched off`,
    ru: count === 0 ? 'Их нет' : `${count}, все включены`,
  }),
  off: (count: number, places: string) => ({
    en: `amoCRM has switched off ${count}: ${places}`,
    ru: `amoCRM отключил (${count}): ${places}`,
  }),
  switchOn: {
    en: 'Let the receiver answer within two seconds, then switch the webhook on again in amoCRM',
    ru: 'Пусть получатель отвечает за две секунды; затем снова включите вебхук в amoCRM',
  },
  notAllowed: {
    en: 'Not looked at: only an administrator’s token may read them',
    ru: 'Не проверено: их может читать только токен администратора',
  },
};

export const clockWords = {
  right: (seconds: number) => ({
    en: `It differs from amoCRM’s by ${seconds} seconds at most`,
    ru: `Расходятся с часами amoCRM не больше чем на ${seconds} секунд`,
  }),
  ahead: (seconds: number) => ({
    en: `It is ${seconds} seconds ahead of amoCRM’s`,
    ru: `Спешат относительно amoCRM на ${seconds} с`,
  }),
  behind: (seconds: number) => ({
    en: `It is ${seconds} seconds behind amoCRM’s`,
    ru: `Отстают от amoCRM на ${seconds} с`,
  }),
  set: { en: 'Let the machine keep its clock by NTP', ru: 'Включите на машине синхронизацию времени (NTP)' },
};

export const limitWords = {
  none: {
    en: 'amoCRM has refused nothing for the number of calls within the last hour',
    ru: 'За последний час amoCRM ничего не отклонил из-за числа запросов',
  },
  tooMany: (count: number) => ({
    en: `amoCRM answered 429 (too many) ${count} times within the last hour`,
    ru: `За последний час amoCRM ответил 429 (слишком часто), раз: ${count}`,
  }),
  blocked: (count: number) => ({
    en: `amoCRM blocked calls ${count} times within the last hour`,
    ru: `За последний час amoCRM блокировал запросы, раз: ${count}`,
  }),
  lower: {
    en: 'Another program uses the same integration, or the account’s 50 a second are used up: lower AMO_RATE_LIMIT',
    ru: 'Ту же интеграцию использует другая программа, или исчерпаны 50 запросов в секунду на аккаунт: уменьшите AMO_RATE_LIMIT',
  },
  unblock: {
    en: 'Stop whatever else calls amoCRM from this address or integration; if the block lasts, ask amoCRM’s support',
    ru: 'Остановите всё, что ещё обращается к amoCRM с этого адреса или через эту интеграцию; если блокировка не проходит, обратитесь в поддержку amoCRM',
  },
};

export const directoryWords = {
  off: { en: 'It is switched off: every find is a search', ru: 'Отключён: каждый поиск идёт через поиск amoCRM' },
  complete: (contacts: number) => ({
    en: `It knows ${contacts} contacts`,
    ru: `Знает контактов: ${contacts}`,
  }),
  filling: (scanned: number) => ({
    en: `It is being filled, ${scanned} contacts so far; until then every find is a search`,
    ru: `Заполняется, прочитано контактов: ${scanned}; пока каждый поиск идёт через поиск amoCRM`,
  }),
  notBegun: {
    en: 'It has not begun to fill: the first find starts that',
    ru: 'Ещё не заполнялся: это начнётся с первого поиска',
  },
  mended: (count: number) => ({
    en: `The weekly scan found ${count} contacts otherwise than the directory had them`,
    ru: `Еженедельная сверка нашла расхождения, контактов: ${count}`,
  }),
  report: {
    en: 'It has been mended. If it goes on, another program may write old dates of change; DIRECTORY=off is exact',
    ru: 'Они исправлены. Если это повторяется, другая программа, возможно, пишет старые даты изменения; точен DIRECTORY=off',
  },
};

export const dataWords = {
  right: (path: string, free: number, size: number) => ({
    en: `${path} can be written; ${free} % of the disk is free, the journal takes ${size} MiB`,
    ru: `${path} доступен для записи; на диске свободно ${free} %, журнал занимает ${size} МиБ`,
  }),
  unwritable: (path: string, why: string) => ({
    en: `${path} cannot be written (${why})`,
    ru: `${path} недоступен для записи (${why})`,
  }),
  makeWritable: {
    en: 'Give the user of the service the right to write there, or name another DATA_DIR',
    ru: 'Дайте пользователю сервиса право записи или укажите другой DATA_DIR',
  },
  open: (files: string) => ({
    en: `Others than the owner may read or write ${files}, which hold tokens and personal data`,
    ru: `Не только владелец может читать или менять ${files}, а там токены и личные данные`,
  }),
  restrict: (path: string) => ({ en: `chmod -R go= ${path}`, ru: `chmod -R go= ${path}` }),
  full: (path: string, free: number, size: number) => ({
    en: `Only ${free} % of the disk of ${path} is free; the journal takes ${size} MiB`,
    ru: `На диске с ${path} свободно только ${free} %; журнал занимает ${size} МиБ`,
  }),
  makeRoom: {
    en: 'Make room: with a full disk requests with an Idempotency-Key are refused',
    ru: 'Освободите место: когда диск полон, запросы с Idempotency-Key отклоняются',
  },
};

export const settingWords = {
  none: {
    en: 'Every variable that looks like a setting is one',
    ru: 'Все похожие на настройки переменные и есть настройки',
  },
  stray: (names: string) => ({ en: `Nobody reads ${names}`, ru: `Никто не читает: ${names}` }),
  rename: { en: 'Correct the name, or take the variable away', ru: 'Исправьте имя или уберите переменную' },
};

/** What to do about a failure, by its code. */
export const remedies: Partial<Record<string, Message>> = {
  AMOCRM_UNAUTHORIZED: {
    en: 'Look whether the token is whole, belongs to this account and has not been revoked; make a new one if in doubt. With OAuth open /oauth/start of this service in a browser',
    ru: 'Проверьте, что токен скопирован целиком, относится к этому аккаунту и не отозван; если сомневаетесь, создайте новый. С OAuth откройте в браузере /oauth/start этого сервиса',
  },
  AMOCRM_FORBIDDEN: {
    en: 'Give the integration, and the user who made the token, the right to do this',
    ru: 'Дайте право на это интеграции и пользователю, который создал токен',
  },
  AMOCRM_PAYMENT_REQUIRED: {
    en: 'The account is not paid: pay for it in amoCRM',
    ru: 'Аккаунт не оплачен: оплатите его в amoCRM',
  },
  AMOCRM_ERROR: {
    en: 'Look whether AMO_BASE_URL is the address of the account, as in the browser',
    ru: 'Проверьте, что AMO_BASE_URL — адрес аккаунта, как в браузере',
  },
};

/** For every other failure. */
export const usualRemedy: Message = {
  en: 'Look whether this machine reaches amoCRM (network, proxy, DNS), then ask again',
  ru: 'Проверьте, что с этой машины amoCRM доступен (сеть, прокси, DNS), и запустите ещё раз',
};

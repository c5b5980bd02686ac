/** What the doctor says of an account: its token, its fields, its webhooks. */

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
  pairRefused: (date: string) => ({
    en: `amoCRM no longer accepts the OAuth tokens of ${date}`,
    ru: `amoCRM больше не принимает токены OAuth от ${date}`,
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

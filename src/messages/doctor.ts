import type { Message } from './message.ts';

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
  database: { en: 'The database', ru: 'База данных' },
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
  elsewhere: { en: 'Another replica has the account', ru: 'Аккаунт обслуживает другая реплика' },
  nameElsewhere: {
    en: 'Name it with Amocrm-Account: that replica answers then',
    ru: 'Укажите его в Amocrm-Account: тогда ответит та реплика',
  },
  unseen: { en: 'Not looked at: amoCRM does not answer', ru: 'Не проверено: amoCRM не отвечает' },
  noAccess: { en: 'Not looked at: there is no access to amoCRM', ru: 'Не проверено: нет доступа к amoCRM' },
  late: {
    en: 'Not looked at: there was no time left, since others did not answer',
    ru: 'Не проверено: не хватило времени, потому что другие не отвечали',
  },
  more: (left: number) => ({
    en: `${left} more accounts were not looked at`,
    ru: `Не проверено аккаунтов: ${left}`,
  }),
  nameOne: {
    en: 'Ask for one of them with the header Amocrm-Account',
    ru: 'Запросите нужный в заголовке Amocrm-Account',
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
    en: 'Look whether the token is whole, belongs to this account and has not been revoked; make a new one if in doubt',
    ru: 'Проверьте, что токен скопирован целиком, относится к этому аккаунту и не отозван; если сомневаетесь, создайте новый',
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

/** Where amoCRM refuses an access by OAuth. */
export const oauthRemedy: Message = {
  en: 'Where amoCRM has refused the integration itself, correct what is named there and restart; else open /oauth/start of this service in a browser and allow the access anew',
  ru: 'Если amoCRM не принял саму интеграцию, исправьте названное там и перезапустите сервис; иначе откройте в браузере /oauth/start этого сервиса и разрешите доступ заново',
};

/** For every other failure. */
export const usualRemedy: Message = {
  en: 'amoCRM itself may be down for a while: the service tries on by itself. Otherwise look whether this machine reaches amoCRM (network, proxy, DNS), then ask again',
  ru: 'Возможно, не работает сам amoCRM: сервис продолжит попытки сам. Иначе проверьте, что с этой машины amoCRM доступен (сеть, прокси, DNS), и запустите ещё раз',
};

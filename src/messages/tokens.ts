import type { Catalogue, Message } from './message.ts';

/** Access tokens. */
export const tokenMessages = {
  noneYet: { en: 'There is no access token yet', ru: 'Токена доступа ещё нет; повторите запрос чуть позже' },
  notAuthorized: {
    en: 'The integration has no access yet: open /oauth/start of this service in a browser and allow the access in amoCRM',
    ru: 'У интеграции ещё нет доступа: откройте в браузере /oauth/start этого сервиса и разрешите доступ в amoCRM',
  },
  newRefused: {
    en: 'amoCRM refuses the access token that it has just issued: look whether the integration is switched on and may do this',
    ru: 'amoCRM не принимает токен, который только что выдал: проверьте, включена ли интеграция и хватает ли ей прав',
  },
  unwritable: {
    en: 'The tokens of amoCRM cannot be written to DATA_DIR',
    ru: 'Не удаётся записать токены amoCRM в DATA_DIR',
  },
  none: (reason: Message) => ({
    en: `No access token could be had: ${reason.en}`,
    ru: `Не удалось получить токен доступа: ${reason.ru}`,
  }),
  clientRefused: (status: number) => ({
    en: `amoCRM refused the integration (HTTP ${status}): correct AMO_CLIENT_ID, AMO_CLIENT_SECRET, AMO_REDIRECT_URI or AMO_BASE_URL`,
    ru: `amoCRM не принял интеграцию (HTTP ${status}): исправьте AMO_CLIENT_ID, AMO_CLIENT_SECRET, AMO_REDIRECT_URI или AMO_BASE_URL`,
  }),
  clientUnknown: (status: number) => ({
    en:
      `amoCRM refused the integration (HTTP ${status}): its id or its secret key is wrong. Copy both anew from its tab ` +
      '"Keys and access" into AMO_CLIENT_ID and AMO_CLIENT_SECRET (client_id and client_secret of PUT /accounts/{id}), and restart',
    ru:
      `amoCRM не принял интеграцию (HTTP ${status}): ID интеграции или секретный ключ неверен. Скопируйте оба заново с её вкладки ` +
      '«Ключи и доступы» в AMO_CLIENT_ID и AMO_CLIENT_SECRET (client_id и client_secret в PUT /accounts/{id}) и перезапустите сервис',
  }),
  codeRefused: { en: 'amoCRM refused the authorization code', ru: 'amoCRM не принял код авторизации' },
  grantOver: {
    en: 'The authorization of the integration has been revoked or has expired',
    ru: 'Авторизация интеграции отозвана или истекла',
  },
  answerLost: (begun: string) => ({
    en: `; amoCRM’s answer to an exchange begun at ${begun} was lost, and with it the new tokens`,
    ru: `; ответ amoCRM на обмен, начатый в ${begun}, потерян, а с ним и новые токены`,
  }),
  authorizeAnew: (reason: Message, status: number, lost: Message) => ({
    en:
      `${reason.en} (HTTP ${status})${lost.en}: authorize the integration anew: open ` +
      '/oauth/start of this service in a browser (or give it a new code within 20 minutes: AMO_AUTH_CODE, or PUT /accounts/{id})',
    ru:
      `${reason.ru} (HTTP ${status})${lost.ru}: авторизуйте интеграцию заново: откройте в браузере ` +
      '/oauth/start этого сервиса (или за 20 минут передайте ему новый код: AMO_AUTH_CODE либо PUT /accounts/{id})',
  }),
} satisfies Catalogue;

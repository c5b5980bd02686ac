import type { Catalogue, Message } from './message.ts';

/** Access tokens. */
export const tokenMessages = {
  noneYet: { en: 'There is no access token yet', ru: 'Токена доступа ещё нет; повторите запрос чуть позже' },
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
      `${reason.en} (HTTP ${status})${lost.en}: authorize the integration anew in amoCRM and give the new code to the service ` +
      'within 20 minutes: start it with AMO_AUTH_CODE, or, of several accounts, PUT /accounts/{id}',
    ru:
      `${reason.ru} (HTTP ${status})${lost.ru}: авторизуйте интеграцию в amoCRM заново и за 20 минут передайте сервису новый ` +
      'код: запустите его с AMO_AUTH_CODE, а если аккаунтов несколько — PUT /accounts/{id}',
  }),
} satisfies Catalogue;

import type { Catalogue, Message } from './message.ts';

/** What a call to amoCRM has come to. */
export const outcomeMessages = {
  otherAnswer: { en: 'amoCRM’s answer is not what was asked for', ru: 'Ответ amoCRM — не то, что запрашивали' },
  refusedData: { en: 'amoCRM refused the data', ru: 'amoCRM не принял данные' },
  systemError: { en: 'amoCRM had a system error', ru: 'В amoCRM системная ошибка; повторите запрос позже' },
  refusedRequest: { en: 'amoCRM refused the request', ru: 'amoCRM отклонил запрос' },
  refusedToken: {
    en: 'amoCRM refused the access token: it is wrong, revoked or expired; give the service a new one in its settings',
    ru: 'amoCRM не принял токен доступа: он неверен, отозван или истёк; задайте новый в настройках сервиса',
  },
  unpaid: {
    en: 'amoCRM asks for payment: the account is not paid',
    ru: 'amoCRM требует оплаты: аккаунт не оплачен',
  },
  refusedThis: { en: 'amoCRM refused this', ru: 'amoCRM этого не разрешает' },
  notAllowed: { en: 'The integration may not do this', ru: 'У интеграции нет прав на это' },
  blocked: {
    en: 'amoCRM has blocked this integration or address',
    ru: 'amoCRM заблокировал эту интеграцию или адрес',
  },
  tooMany: {
    en: 'amoCRM keeps saying that there are too many requests',
    ru: 'amoCRM отвечает, что запросов слишком много; повторите запрос позже',
  },
  redirected: { en: 'amoCRM redirects to another address', ru: 'amoCRM перенаправляет на другой адрес' },
  noMethod: { en: 'amoCRM does not have this method', ru: 'В API amoCRM нет такого метода' },
  failed: { en: 'amoCRM failed', ru: 'amoCRM ответил ошибкой' },
  gatewayTimeout: { en: 'amoCRM’s gateway had no answer in time', ru: 'Шлюз amoCRM не дождался ответа' },
  useless: { en: 'amoCRM’s answer is cut or no JSON', ru: 'Ответ amoCRM обрезан или не JSON' },
  notSent: { en: 'amoCRM cannot be reached', ru: 'Не удаётся соединиться с amoCRM; повторите запрос позже' },
  dropped: { en: 'The connection to amoCRM broke', ru: 'Соединение с amoCRM оборвалось' },
  timeout: { en: 'amoCRM did not answer in time', ru: 'amoCRM не ответил вовремя' },
  aborted: { en: 'The call was given up', ru: 'Запрос к amoCRM прекращён' },
} satisfies Catalogue;

/** Rights beyond a token, and what an account may have switched off. */
export const rightMessages = {
  administratorOfOwn: {
    en: 'an administrator’s token of an integration that is not external',
    ru: 'токен администратора от собственной (не внешней) интеграции',
  },
  administrator: { en: 'an administrator’s token', ru: 'токен администратора' },
  files: { en: 'the scope “Доступ к файлам”', ru: 'доступ «Доступ к файлам»' },
  lists: { en: 'the right to lists', ru: 'доступ к спискам' },
  customers: { en: 'customers', ru: 'покупатели' },
} satisfies Catalogue;

/** What is said beside that. */
export const callMessages = {
  because: (reason: Message, more: Message) => ({
    en: `${reason.en}: ${more.en}`,
    ru: `${reason.ru}: ${more.ru}`,
  }),
  needsRight: (asked: string, right: Message) => ({
    en: `${asked} needs ${right.en}`,
    ru: `для ${asked} нужен ${right.ru}`,
  }),
  switchedOff: (feature: Message) => ({
    en: `${feature.en} are switched off in this account`,
    ru: `${feature.ru} в этом аккаунте отключены`,
  }),
  redirectTo: (status: number, host: string) => ({
    en: ` (HTTP ${status} to ${host}): set AMO_BASE_URL to the account’s own address`,
    ru: ` (HTTP ${status} на ${host}): задайте в AMO_BASE_URL адрес самого аккаунта`,
  }),
  status: (status: number) => ({ en: ` (HTTP ${status})`, ru: ` (HTTP ${status})` }),
  detail: (detail: Message) => ({ en: ` (${detail.en})`, ru: ` (${detail.ru})` }),
  connectionFailed: { en: 'the connection failed', ru: 'соединение не удалось' },
  tokenBeingRenewed: { en: 'the access token is being renewed', ru: 'токен доступа обновляется' },
  maybeDone: (reason: Message) => ({
    en: `amoCRM may have carried this out: ${reason.en}`,
    ru: `Возможно, amoCRM это уже выполнил: ${reason.ru}; проверьте в amoCRM`,
  }),
  notRepeated: (reason: Message) => ({
    en: `${reason.en}; it leaves no trace, so it is not repeated`,
    ru: `${reason.ru}; следов такая запись не оставляет, поэтому она не повторяется`,
  }),
  notFollowedUp: { en: 'the request could not be followed up', ru: 'судьбу запроса выяснить не удалось' },
  notLearned: { en: 'an earlier attempt has not learned it', ru: 'прежняя попытка этого не выяснила' },
  moreThanSent: {
    en: 'more equal entities are there than were sent',
    ru: 'одинаковых объектов больше, чем было отправлено',
  },
  notSeenYet: { en: 'it is not to be seen yet', ru: 'пока этого в amoCRM не видно' },
  equalUnderWay: { en: 'an equal create is under way', ru: 'такое же создание сейчас выполняется' },
  notLookedThrough: {
    en: 'amoCRM’s newest entities could not be looked through',
    ru: 'не удалось просмотреть новые объекты amoCRM',
  },
  refusedThis: { en: 'amoCRM refused this', ru: 'amoCRM это не принял' },
  says: (words: string) => ({ en: words, ru: `amoCRM не принял это: ${words}` }),
  refusedAt: (detail: Message, code: string) => ({
    en: `${detail.en} (${code})`,
    ru: `${detail.ru} (${code})`,
  }),
  refusedSomewhere: (detail: Message, code: string, path: string) => ({
    en: `${detail.en} (${code} at ${path})`,
    ru: `${detail.ru} (${code} в ${path})`,
  }),
  nobodyWith: (key: string) => ({
    en: `amoCRM has nobody with this ${key}`,
    ru: `в amoCRM нет никого с таким ${key}`,
  }),
  nothingThere: { en: 'amoCRM has nothing there', ru: 'в amoCRM там ничего нет' },
  deleted: { en: 'The entity is deleted or not available', ru: 'Объект удалён или недоступен' },
  notThisShape: (what: string, place: string, fault: string) => ({
    en: `amoCRM's answer is not ${what}: ${place} ${fault}`,
    ru: `Ответ amoCRM не той формы (ожидалось ${what}): ${place} ${fault}`,
  }),
  notAList: (name: string) => ({
    en: `amoCRM's answer is not a list of ${name}`,
    ru: `Ответ amoCRM — не список ${name}`,
  }),
  slowDown: { en: 'amoCRM asks to slow down', ru: 'amoCRM просит снизить частоту запросов; повторите запрос позже' },
  queueFull: {
    en: 'Too much work waits for amoCRM’s limit',
    ru: 'Слишком много запросов ждут своей очереди в amoCRM; повторите запрос позже',
  },
  addressBlocked: {
    en: 'amoCRM has blocked several accounts at once, so maybe this address; nothing is sent until a probe succeeds',
    ru: 'amoCRM заблокировал сразу несколько аккаунтов, возможно, этот адрес; пока пробный запрос не пройдёт, ничего не отправляется',
  },
  untilProbe: (reason: Message) => ({
    en: `${reason.en}; nothing is sent until a probe succeeds`,
    ru: `${reason.ru}; пока пробный запрос не пройдёт, ничего не отправляется`,
  }),
  inDoubt: {
    en: 'amoCRM may be about to create this one: an earlier request has got no answer yet',
    ru: 'Возможно, amoCRM как раз это создаёт: прежний запрос ещё не получил ответа; повторите запрос позже',
  },
} satisfies Catalogue;

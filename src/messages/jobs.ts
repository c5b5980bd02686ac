import type { Catalogue } from './message.ts';
import { countedInRussian } from './plural.ts';

/** Where a caller is told of the ends of its jobs. */
export const callbackMessages = {
  none: (caller: string) => ({
    en: `The caller "${caller}" has no callback`,
    ru: `У имени "${caller}" нет адреса для уведомлений`,
  }),
  noKey: (caller: string) => ({
    en: `No key has the caller "${caller}" yet, so nothing is sent there; GET /keys lists the keys`,
    ru: `Ни у одного ключа пока нет имени "${caller}", поэтому уведомлений не будет; список ключей даёт GET /keys`,
  }),
  noKeyNear: (caller: string, near: string) => ({
    en: `No key has the caller "${caller}" yet, so nothing is sent there; did you mean "${near}"?`,
    ru: `Ни у одного ключа пока нет имени "${caller}", поэтому уведомлений не будет; возможно, вы имели в виду "${near}"?`,
  }),
  storeUnusable: {
    en: 'The store of callbacks cannot be used',
    ru: 'Хранилище уведомлений недоступно; повторите запрос позже',
  },
  addressDue: (example: string) => ({
    en: `must be an address such as ${example}`,
    ru: `нужен адрес вида ${example}`,
  }),
  plainAddress: {
    en: 'must be without user, password and #',
    ru: 'нужен адрес без имени пользователя, пароля и #',
  },
  httpsDue: {
    en: 'must be https; http is for this machine alone, where the setting CALLBACK_HOSTS names it (CALLBACK_HOSTS=127.0.0.1)',
    ru: 'нужен https; http допустим только к этой же машине, если она названа в настройке CALLBACK_HOSTS (CALLBACK_HOSTS=127.0.0.1)',
  },
  privateAddress: {
    en: 'must not be a private address, unless CALLBACK_HOSTS names it',
    ru: 'адрес не может быть внутренним, если его нет в CALLBACK_HOSTS',
  },
} satisfies Catalogue;

/** Why a callback was not delivered. */
export const deliveryMessages = {
  answered: (status: number) => ({ en: `answered ${status}`, ru: `получен ответ ${status}` }),
  noAnswer: (seconds: number) => ({ en: `no answer within ${seconds} s`, ru: `нет ответа за ${seconds} с` }),
  ended: { en: 'the connection has ended without an answer', ru: 'соединение закрыто без ответа' },
  unconnected: { en: 'the connection failed', ru: 'не удалось соединиться' },
  failed: (code: string) => ({ en: code, ru: `не удалось соединиться (${code})` }),
  notPublic: {
    en: 'its address is not public, and CALLBACK_HOSTS does not name it',
    ru: 'адрес внутренний, и его нет в CALLBACK_HOSTS',
  },
} satisfies Catalogue;

/** Jobs: requests that were accepted for later. */
export const jobMessages = {
  routeGone: { en: 'There is no such route any more', ru: 'Такого адреса больше нет' },
  callerWaits: { en: 'A caller waits for the same request', ru: 'Такой же запрос сейчас ждёт ответа' },
  keyTaken: {
    en: 'The key of this job belongs to another request meanwhile',
    ru: 'Ключ этого задания тем временем занял другой запрос',
  },
  unknown: (id: string) => ({
    en: `You have no job "${id}"; GET /jobs lists them`,
    ru: `У вас нет задания "${id}"; список даёт GET /jobs`,
  }),
  beingAccepted: {
    en: 'The same request is being accepted',
    ru: 'Такой же запрос сейчас принимается; повторите запрос через секунду',
  },
  unknownAfter: (id: string) => ({
    en: `after: you have no job "${id}"; it takes the id of the last job of the page before`,
    ru: `after: у вас нет задания "${id}"; нужен id последнего задания предыдущей страницы`,
  }),
  notFailed: (state: string) => ({
    en: `Only a failed job is tried again; this one is ${state}`,
    ru: `Повторить можно только неудавшееся задание (failed); это в состоянии ${state}`,
  }),
  hasBegun: {
    en: 'This job has begun to write, so it goes on',
    ru: 'Задание уже начало записывать данные, поэтому оно выполняется дальше',
  },
  notWaiting: (state: string) => ({
    en: `Only a job that waits can be cancelled; this one is ${state}`,
    ru: `Отменить можно только задание, которое ждёт (queued); это в состоянии ${state}`,
  }),
  storeUnusable: {
    en: 'The store of jobs cannot be used',
    ru: 'Хранилище заданий недоступно; повторите запрос позже',
  },
  tooMany: (jobs: number, bytes: number) => ({
    en: `You have ${jobs} open jobs, or ${bytes} bytes of them, which is the most`,
    ru: `У вас уже ${countedInRussian(jobs, { one: 'незавершённое задание', few: 'незавершённых задания', many: 'незавершённых заданий' })} или ${bytes} байт в них — больше нельзя; повторите запрос позже`,
  }),
  notDelivered: { en: 'It could not be delivered in time', ru: 'Задание не удалось выполнить вовремя' },
  acceptedFor: (before: string, now: string) => ({
    en: `It was accepted for ${before}, and ${now} is not known to be the same account of amoCRM; send it again under another key where it belongs there`,
    ru: `Запрос принят для ${before}, и неизвестно, тот ли это аккаунт amoCRM, что ${now}; если он относится и сюда, отправьте его снова с другим ключом`,
  }),
  acceptedForLater: {
    en: 'The request with this Idempotency-Key was accepted for later; the job is at Location',
    ru: 'Запрос с этим Idempotency-Key принят и отложен; адрес задания в заголовке Location',
  },
  noScenario: { en: 'A job holds no scenario', ru: 'В задании нет сценария' },
  untoldFault: { en: 'A fault is not told', ru: 'Ошибка не названа' },
} satisfies Catalogue;

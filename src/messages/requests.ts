import type { Catalogue } from './message.ts';
import { countedInRussian } from './plural.ts';

/** What the service says of itself. */
export const serviceMessages = {
  unexpected: {
    en: 'An unexpected failure; the log has it under the request’s id',
    ru: 'Непредвиденная ошибка; подробности в журнале сервиса под номером запроса',
  },
  more: (count: number) => ({ en: `and ${count} more`, ru: `и ещё ${count}` }),
  goingDown: { en: 'The service is going down', ru: 'Сервис останавливается; повторите запрос чуть позже' },
  accountOpenedAnew: {
    en: 'The account is being opened anew',
    ru: 'Аккаунт открывается заново; повторите запрос чуть позже',
  },
  accountClosed: { en: 'The account is being closed', ru: 'Аккаунт закрывается; повторите запрос чуть позже' },
  notDoneWithin: (ms: number) => ({
    en: `Not done within ${ms} ms`,
    ru: `Не выполнено за ${ms} мс; повторите запрос позже`,
  }),
  callerHungUp: { en: 'The caller hung up', ru: 'Клиент разорвал соединение' },
  journalUnreadable: {
    en: 'The journal cannot be read',
    ru: 'Не удаётся прочитать журнал сервиса; повторите запрос позже',
  },
  journalUnwritable: {
    en: 'The journal cannot be written',
    ru: 'Не удаётся записать в журнал сервиса; повторите запрос позже',
  },
  tooManyBodies: {
    en: 'Too many bodies are in work',
    ru: 'Сервис обрабатывает слишком много запросов; повторите запрос через секунду',
  },
  noPreparedStep: { en: 'The step was not prepared', ru: 'Шаг не подготовлен' },
  noAccountOfRoute: { en: 'The route belongs to no account', ru: 'Адрес не относится ни к одному аккаунту' },
  checkOver: { en: 'The check is over', ru: 'Проверка закончена' },
  checkFailed: { en: 'The check failed', ru: 'Проверка не удалась' },
} satisfies Catalogue;

/** Faults of a request beside its body. */
export const requestMessages = {
  noHost: { en: 'The request has no Host header', ru: 'В запросе нет заголовка Host' },
  notHttp: { en: 'The request is not valid HTTP', ru: 'Запрос не соответствует HTTP' },
  badAddress: {
    en: 'The address has characters that must be percent-encoded, such as letters that are not Latin, and spaces: %20 for a space; curl does it with -G --data-urlencode',
    ru: 'В адресе есть символы, которые нужно закодировать (например, кириллица или пробел): %D0%98 вместо И; в curl — ключи -G --data-urlencode',
  },
  tooSlow: { en: 'The request did not come in time', ru: 'Запрос не пришёл вовремя; отправьте его ещё раз' },
  headersTooLarge: {
    en: 'The address and the headers are larger than 16 KiB',
    ru: 'Адрес и заголовки запроса больше 16 КиБ; сократите их',
  },
  otherLength: {
    en: 'Request body size did not match Content-Length',
    ru: 'Длина тела запроса не та, что в заголовке Content-Length',
  },
  badUrl: {
    en: 'The address is not a valid URL: what stands after % must be UTF-8',
    ru: 'Адрес составлен неверно: после % должны идти коды символов UTF-8',
  },
  refusedByFramework: (reason: string) => ({ en: reason, ru: `Запрос составлен неверно (${reason})` }),
  noProxy: { en: 'This is no proxy', ru: 'Это не прокси-сервер' },
  methodNotAllowed: (method: string, allowed: string) => ({
    en: `${method} is not allowed here; allowed: ${allowed}`,
    ru: `Метод ${method} здесь не поддерживается; есть ${allowed}`,
  }),
  unknownStep: (type: string) => ({
    en: `There is no step type "${type}"; GET /steps lists them`,
    ru: `Нет типа шага "${type}"; список даёт GET /steps`,
  }),
  unknownStepNear: (type: string, near: string) => ({
    en: `There is no step type "${type}"; did you mean ${near}? GET /steps lists them`,
    ru: `Нет типа шага "${type}"; возможно, вы имели в виду ${near}? Список даёт GET /steps`,
  }),
  strayPreference: (name: string, near: string) => ({
    en: `Prefer: "${name}" is not known here and was ignored; did you mean ${near}?`,
    ru: `Prefer: "${name}" здесь неизвестно и не учтено; возможно, вы имели в виду ${near}?`,
  }),
  noRouteNear: (near: string) => ({
    en: `There is no such route; did you mean ${near}? See /docs`,
    ru: `Нет такого адреса; возможно, вы имели в виду ${near}? Все адреса описаны в /docs`,
  }),
  noRoute: { en: 'There is no such route; see /docs', ru: 'Нет такого адреса; все адреса описаны в /docs' },
  noQuery: (name: string) => ({
    en: `This route takes no query parameters, and "${name}" was sent`,
    ru: `У этого адреса нет параметров после «?», а передан "${name}"`,
  }),
  otherQuery: (taken: string, name: string) => ({
    en: `This route takes no query parameter but ${taken}, and "${name}" was sent`,
    ru: `У этого адреса после «?» могут стоять только ${taken}, а передан "${name}"`,
  }),
  dryRunValue: (param: string, value: string) => ({
    en: `${param} is true or false, once, not "${value}"`,
    ru: `${param} указывается один раз: true или false, а не "${value}"`,
  }),
  dryRunWithKey: {
    en: 'A dry run takes no Idempotency-Key: it writes nothing',
    ru: 'Пробный запуск ничего не записывает: уберите Idempotency-Key',
  },
  dryRunLater: {
    en: 'A dry run is not carried out later: it writes nothing',
    ru: 'Пробный запуск ничего не записывает и потому не откладывается: уберите Prefer',
  },
  flatValue: (param: string, value: string, sent: string) => ({
    en: `${param} is ${value}, once, not "${sent}"`,
    ru: `${param} указывается один раз и только как ${value}, а не "${sent}"`,
  }),
  flatDryRun: {
    en: 'A dry run has no flat answer: it tells a list of requests',
    ru: 'У пробного запуска нет плоского ответа: в нём список запросов',
  },
  flatLater: {
    en: 'A flat answer tells what became of the step, so it cannot come before',
    ru: 'Плоский ответ говорит, чем кончился шаг, поэтому его нельзя отложить: уберите Prefer',
  },
  formOnlyFlat: (type: string, query: string) => ({
    en: `Content-Type is ${type}; send application/json (a form is taken with ?${query})`,
    ru: `В Content-Type указан ${type}; отправьте application/json (форма принимается с ?${query})`,
  }),
  badForm: {
    en: 'The form is not valid: % is followed by two digits, and what they stand for is UTF-8',
    ru: 'Форма составлена неверно: после % идут две цифры кода, и вместе они дают UTF-8',
  },
  forbiddenKey: (name: string) => ({ en: `A key may not be ${name}`, ru: `Ключ не может называться ${name}` }),
  valueAndObject: (name: string) => ({
    en: `"${name}" is given both as a value and as an object`,
    ru: `"${name}" передан и как значение, и как объект; оставьте одно`,
  }),
  waitRange: (most: number, sent: string) => ({
    en: `Prefer: wait takes 0 to ${most} seconds, not "${sent}"`,
    ru: `Prefer: wait принимает от 0 до ${countedInRussian(most, { one: 'секунды', few: 'секунд', many: 'секунд' })}, а не "${sent}"`,
  }),
  foreignOrigin: {
    en: 'The request comes from a page whose origin is neither that of the Host header nor one of ALLOWED_ORIGINS',
    ru: 'Запрос пришёл со страницы сайта, которого нет ни в заголовке Host, ни в ALLOWED_ORIGINS',
  },
  foreignHost: {
    en: 'The Host header names neither this machine nor one of ALLOWED_HOSTS',
    ru: 'В заголовке Host не эта машина и не имя из ALLOWED_HOSTS',
  },
} satisfies Catalogue;

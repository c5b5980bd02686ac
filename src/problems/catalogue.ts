/**
 * The catalogue of everything that can go wrong, as callers see it: code, HTTP status, English title, and the Russian
 * sentence that stands in `__step_error__` behind the step's label.
 */
const catalogue = {
  INVALID_REQUEST: { status: 400, title: 'The request is not valid', sentence: 'неверные параметры' },
  UNAUTHORIZED: { status: 401, title: 'An API key is required', sentence: 'нет доступа, проверьте ключ сервиса' },
  KEY_NOT_ALLOWED: { status: 403, title: 'The API key may not do this', sentence: 'у ключа сервиса нет такого права' },
  ACCOUNT_DISABLED: { status: 403, title: 'The account is disabled', sentence: 'аккаунт отключён в сервисе' },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    title: 'Pages of this origin may not ask',
    sentence: 'запрос с чужого сайта не принят',
  },
  HOST_NOT_ALLOWED: {
    status: 421,
    title: 'This host is not served here',
    sentence: 'сервис не отвечает под этим именем',
  },
  UNKNOWN_STEP: { status: 404, title: 'There is no such step type', sentence: 'неизвестный тип шага' },
  STEP_NOT_OFFERED: {
    status: 404,
    title: 'amoCRM’s API has no such operation',
    sentence: 'в API amoCRM нет такой операции',
  },
  NOT_FOUND: { status: 404, title: 'There is nothing at this address', sentence: 'нет такого адреса' },
  ACCOUNT_NOT_FOUND: { status: 404, title: 'The key has no such account', sentence: 'у ключа нет такого аккаунта' },
  ENTITY_NOT_FOUND: { status: 404, title: 'amoCRM has no such entity', sentence: 'объект не найден' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The method is not allowed here', sentence: 'метод не поддерживается' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request came in too slowly', sentence: 'запрос пришёл не полностью' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is larger than 1 MiB', sentence: 'слишком большой запрос' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be JSON', sentence: 'тело запроса должно быть JSON' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large', sentence: 'слишком большие заголовки' },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    title: 'The same Idempotency-Key is being worked on',
    sentence: 'такой же запрос уже выполняется',
  },
  JOB_STATE: {
    status: 409,
    title: 'The job is in another state',
    sentence: 'задание уже в другом состоянии',
  },
  ACCOUNT_IN_USE: {
    status: 409,
    title: 'The account has open jobs',
    sentence: 'у аккаунта есть незавершённые задания',
  },
  TEMPLATE_UNRESOLVED: { status: 422, title: 'A placeholder has no value', sentence: 'переменная не найдена' },
  CONTEXT_TOO_LARGE: {
    status: 422,
    title: 'The context holds or gives too much',
    sentence: 'слишком много данных в контексте',
  },
  SCENARIO_TOO_LONG: { status: 422, title: 'The scenario runs too long', sentence: 'слишком много шагов в сценарии' },
  UNKNOWN_FIELD: { status: 422, title: 'There is no such custom field', sentence: 'неизвестное поле' },
  UNKNOWN_OPTION: { status: 422, title: 'The field has no such option', sentence: 'неизвестный вариант поля' },
  INVALID_FIELD_VALUE: { status: 422, title: 'The value does not fit the field', sentence: 'неверное значение поля' },
  AMBIGUOUS_FIELD: { status: 422, title: 'Several fields have this name', sentence: 'несколько полей с таким именем' },
  UNKNOWN_NAME: { status: 422, title: 'amoCRM has nothing of this name', sentence: 'неизвестное название' },
  AMBIGUOUS_NAME: {
    status: 422,
    title: 'Several things have this name',
    sentence: 'несколько объектов с таким названием',
  },
  FILTERS_UNAVAILABLE: {
    status: 422,
    title: 'The account has no filter add-on',
    sentence: 'фильтры не подключены в аккаунте',
  },
  AMOCRM_REJECTED: { status: 422, title: 'amoCRM refused the data', sentence: 'данные не прошли проверку' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    sentence: 'ключ повтора уже занят другим запросом',
  },
  INTERNAL_ERROR: { status: 500, title: 'The service failed', sentence: 'внутренняя ошибка сервиса' },
  AMOCRM_UNAUTHORIZED: { status: 502, title: 'amoCRM refused the access token', sentence: 'токен доступа не принят' },
  AMOCRM_FORBIDDEN: { status: 502, title: 'The integration lacks the right', sentence: 'недостаточно прав' },
  AMOCRM_PAYMENT_REQUIRED: { status: 502, title: 'The amoCRM account is not paid', sentence: 'аккаунт не оплачен' },
  AMOCRM_ERROR: { status: 502, title: 'amoCRM gave an unusable answer', sentence: 'ошибка на стороне API' },
  AMOCRM_UNAVAILABLE: { status: 503, title: 'amoCRM is unavailable', sentence: 'API недоступен' },
  OVERLOADED: { status: 503, title: 'Too much work is waiting', sentence: 'сервис перегружен, повторите позже' },
  SHUTTING_DOWN: { status: 503, title: 'The service is going down', sentence: 'сервис перезапускается, повторите' },
  AMOCRM_TIMEOUT: { status: 504, title: 'amoCRM did not answer in time', sentence: 'API не ответил вовремя' },
  DEADLINE_EXCEEDED: { status: 504, title: 'The deadline has passed', sentence: 'не хватило времени' },
  OUTCOME_UNKNOWN: {
    status: 504,
    title: 'It is not known whether amoCRM carried this out',
    sentence: 'результат неизвестен, проверьте в amoCRM',
  },
} as const satisfies Record<string, { status: number; title: string; sentence: string }>;

export type ErrorCode = keyof typeof catalogue;
export const errorCodes = Object.keys(catalogue) as ErrorCode[];

export function describeError(code: ErrorCode): { status: number; title: string; sentence: string } {
  return catalogue[code];
}

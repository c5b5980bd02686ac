import type { Message } from '../messages/message.ts';

interface Kind {
  status: number;
  title: Message;
  /** Stands in `__step_error__` behind the step's label, in Russian always. */
  sentence: string;
}

const kind = (status: number, en: string, ru: string, sentence: string): Kind => ({
  status,
  title: { en, ru },
  sentence,
});

/** The catalogue of everything that can go wrong, as callers see it. */
const catalogue = {
  INVALID_REQUEST: kind(400, 'The request is not valid', 'Запрос составлен неверно', 'неверные параметры'),
  UNAUTHORIZED: kind(401, 'An API key is required', 'Нужен ключ сервиса', 'нет доступа, проверьте ключ сервиса'),
  KEY_NOT_ALLOWED: kind(
    403,
    'The API key may not do this',
    'У ключа сервиса нет такого права',
    'у ключа сервиса нет такого права',
  ),
  ACCOUNT_DISABLED: kind(403, 'The account is disabled', 'Аккаунт отключён', 'аккаунт отключён в сервисе'),
  ORIGIN_NOT_ALLOWED: kind(
    403,
    'Pages of this origin may not ask',
    'Запросы с этого сайта не принимаются',
    'запрос с чужого сайта не принят',
  ),
  HOST_NOT_ALLOWED: kind(
    421,
    'This host is not served here',
    'Сервис не отвечает под этим именем',
    'сервис не отвечает под этим именем',
  ),
  UNKNOWN_STEP: kind(404, 'There is no such step type', 'Нет такого типа шага', 'неизвестный тип шага'),
  STEP_NOT_OFFERED: kind(
    404,
    'amoCRM’s API has no such operation',
    'В API amoCRM нет такой операции',
    'в API amoCRM нет такой операции',
  ),
  NOT_FOUND: kind(404, 'There is nothing at this address', 'По этому адресу ничего нет', 'нет такого адреса'),
  ACCOUNT_NOT_FOUND: kind(
    404,
    'The key has no such account',
    'У ключа нет такого аккаунта',
    'у ключа нет такого аккаунта',
  ),
  ENTITY_NOT_FOUND: kind(404, 'amoCRM has no such entity', 'В amoCRM нет такого объекта', 'объект не найден'),
  METHOD_NOT_ALLOWED: kind(
    405,
    'The method is not allowed here',
    'Метод здесь не поддерживается',
    'метод не поддерживается',
  ),
  REQUEST_TIMEOUT: kind(
    408,
    'The request came in too slowly',
    'Запрос пришёл слишком медленно',
    'запрос пришёл не полностью',
  ),
  PAYLOAD_TOO_LARGE: kind(413, 'The body is larger than 1 MiB', 'Тело запроса больше 1 МиБ', 'слишком большой запрос'),
  UNSUPPORTED_MEDIA_TYPE: kind(
    415,
    'The body must be JSON',
    'Тело запроса должно быть JSON',
    'тело запроса должно быть JSON',
  ),
  HEADERS_TOO_LARGE: kind(
    431,
    'The headers are too large',
    'Слишком большие заголовки запроса',
    'слишком большие заголовки',
  ),
  IDEMPOTENCY_IN_PROGRESS: kind(
    409,
    'The same Idempotency-Key is being worked on',
    'Запрос с этим Idempotency-Key уже выполняется',
    'такой же запрос уже выполняется',
  ),
  JOB_STATE: kind(
    409,
    'The job is in another state',
    'Задание уже в другом состоянии',
    'задание уже в другом состоянии',
  ),
  ACCOUNT_IN_USE: kind(
    409,
    'The account has open jobs',
    'У аккаунта есть незавершённые задания',
    'у аккаунта есть незавершённые задания',
  ),
  ACCOUNT_CHANGED: kind(
    409,
    'The account is another one of amoCRM by now',
    'Это уже другой аккаунт amoCRM',
    'это уже другой аккаунт amoCRM',
  ),
  TEMPLATE_UNRESOLVED: kind(
    422,
    'A placeholder has no value',
    'У переменной в шаблоне нет значения',
    'переменная не найдена',
  ),
  CONTEXT_TOO_LARGE: kind(
    422,
    'The context holds or gives too much',
    'Слишком много данных в контексте',
    'слишком много данных в контексте',
  ),
  SCENARIO_TOO_LONG: kind(
    422,
    'The scenario runs too long',
    'Сценарий слишком длинный',
    'слишком много шагов в сценарии',
  ),
  UNKNOWN_FIELD: kind(422, 'There is no such custom field', 'Нет такого поля', 'неизвестное поле'),
  UNKNOWN_OPTION: kind(422, 'The field has no such option', 'У поля нет такого варианта', 'неизвестный вариант поля'),
  INVALID_FIELD_VALUE: kind(
    422,
    'The value does not fit the field',
    'Значение не подходит полю',
    'неверное значение поля',
  ),
  AMBIGUOUS_FIELD: kind(
    422,
    'Several fields have this name',
    'Несколько полей с таким именем',
    'несколько полей с таким именем',
  ),
  UNKNOWN_NAME: kind(
    422,
    'amoCRM has nothing of this name',
    'В amoCRM нет ничего с таким названием',
    'неизвестное название',
  ),
  AMBIGUOUS_NAME: kind(
    422,
    'Several things have this name',
    'Несколько объектов с таким названием',
    'несколько объектов с таким названием',
  ),
  FILTERS_UNAVAILABLE: kind(
    422,
    'The account has no filter add-on',
    'В аккаунте не подключены фильтры API',
    'фильтры не подключены в аккаунте',
  ),
  AMOCRM_REJECTED: kind(422, 'amoCRM refused the data', 'amoCRM не принял данные', 'данные не прошли проверку'),
  IDEMPOTENCY_KEY_REUSED: kind(
    422,
    'The Idempotency-Key belongs to another request',
    'Этот Idempotency-Key занят другим запросом',
    'ключ повтора уже занят другим запросом',
  ),
  INTERNAL_ERROR: kind(500, 'The service failed', 'Внутренняя ошибка сервиса', 'внутренняя ошибка сервиса'),
  AMOCRM_UNAUTHORIZED: kind(
    502,
    'amoCRM refused the access token',
    'amoCRM не принял токен доступа',
    'токен доступа не принят',
  ),
  AMOCRM_FORBIDDEN: kind(502, 'The integration lacks the right', 'У интеграции нет прав', 'недостаточно прав'),
  AMOCRM_PAYMENT_REQUIRED: kind(
    502,
    'The amoCRM account is not paid',
    'Аккаунт amoCRM не оплачен',
    'аккаунт не оплачен',
  ),
  AMOCRM_ERROR: kind(502, 'amoCRM gave an unusable answer', 'Ответ amoCRM непригоден', 'ошибка на стороне API'),
  AMOCRM_UNAVAILABLE: kind(503, 'amoCRM is unavailable', 'amoCRM недоступен', 'API недоступен'),
  OVERLOADED: kind(503, 'Too much work is waiting', 'Сервис перегружен', 'сервис перегружен, повторите позже'),
  SHUTTING_DOWN: kind(503, 'The service is going down', 'Сервис останавливается', 'сервис перезапускается, повторите'),
  AMOCRM_TIMEOUT: kind(504, 'amoCRM did not answer in time', 'amoCRM не ответил вовремя', 'API не ответил вовремя'),
  DEADLINE_EXCEEDED: kind(504, 'The deadline has passed', 'Время на запрос вышло', 'не хватило времени'),
  OUTCOME_UNKNOWN: kind(
    504,
    'It is not known whether amoCRM carried this out',
    'Неизвестно, выполнил ли amoCRM запрос',
    'результат неизвестен, проверьте в amoCRM',
  ),
} satisfies Record<string, Kind>;

export type ErrorCode = keyof typeof catalogue;
export const errorCodes = Object.keys(catalogue) as ErrorCode[];

export function describeError(code: ErrorCode): Kind {
  return catalogue[code];
}

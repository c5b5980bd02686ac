/** What the doctor says of the service: its clock, its calls, its directory of contacts, its data. */

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

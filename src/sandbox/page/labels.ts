import type { FaultAction } from '../faults/actions.ts';
import type { LinkedKind } from '../store/links.ts';

/** amoCRM's keys in the words that its people read. */

export const KIND_LABELS: Record<LinkedKind, string> = {
  leads: 'Сделки',
  contacts: 'Контакты',
  companies: 'Компании',
  customers: 'Покупатели',
  catalog_elements: 'Элементы списков',
};

export const NOTE_LABELS: Record<string, string> = {
  common: 'Обычная',
  call_in: 'Входящий звонок',
  call_out: 'Исходящий звонок',
  service_message: 'Служебная',
  extended_service_message: 'Служебная с подробностями',
  message_cashier: 'Сообщение кассиру',
  geolocation: 'Геолокация',
  sms_in: 'Входящее SMS',
  sms_out: 'Исходящее SMS',
  invoice_paid: 'Счёт оплачен',
  bill_paid: 'Чек оплачен',
  targeting_in: 'Добавлен в рекламную аудиторию',
  targeting_out: 'Убран из рекламной аудитории',
  attachment: 'Файл',
};

export const CALL_STATUSES: Record<number, string> = {
  1: 'Оставлено сообщение',
  2: 'Перезвонить позже',
  3: 'Нет на месте',
  4: 'Разговор состоялся',
  5: 'Неверный номер',
  6: 'Не дозвонились',
  7: 'Номер занят',
};

/** Parts of notes and of field values that are objects. */
export const PART_LABELS: Record<string, string> = {
  text: 'Текст',
  service: 'Сервис',
  status: 'Статус',
  duration: 'Длительность',
  source: 'Источник',
  phone: 'Телефон',
  link: 'Запись',
  uniq: 'Номер звонка',
  call_result: 'Итог',
  call_status: 'Статус',
  call_responsible: 'Кто говорил',
  icon_url: 'Значок',
  contacts: 'Контакты',
  campaign: 'Кампания',
  address: 'Адрес',
  longitude: 'Долгота',
  latitude: 'Широта',
  file_uuid: 'Номер файла',
  file_name: 'Имя файла',
  file_size: 'Размер, байт',
  version_uuid: 'Номер версии',
  name: 'Название',
  type: 'Вид',
  value: 'Значение',
  entity_type: 'Вид',
  entity_id: 'Номер',
  catalog_id: 'Список',
  catalog_element_id: 'Элемент',
  real_address: 'Фактический адрес',
  bank_account_number: 'Счёт',
  director: 'Директор',
  vat_id: 'ИНН',
  tax_registration_reason_code: 'КПП',
  kpp: 'КПП',
  bank_code: 'БИК',
  unp: 'УНП',
  bin: 'БИН',
  egrpou: 'ЕГРПОУ',
  mfo: 'МФО',
  oked: 'ОКЭД',
  external_uid: 'Внешний номер',
  sku: 'Артикул',
  description: 'Описание',
  unit_price: 'Цена',
  quantity: 'Количество',
  unit_type: 'Единица',
  discount: 'Скидка',
  vat_rate_id: 'Ставка НДС',
};

/** Values of such parts that are amoCRM's words. */
export const WORDS: Record<string, Record<string, string>> = {
  status: { created: 'создано', shown: 'показано', canceled: 'отменено' },
  entity_type: {
    1: 'юридическое лицо',
    2: 'физическое лицо',
    contacts: 'контакт',
    companies: 'компания',
    catalog_elements: 'элемент списка',
  },
  type: { legal: 'юридическое лицо', individual: 'физическое лицо', percentage: 'в процентах', amount: 'суммой' },
  call_status: CALL_STATUSES,
};

export const UNSORTED_LABELS = { forms: 'Форма', sip: 'Звонок' };

export const FAULT_LABELS: Record<FaultAction['kind'], string> = {
  status: 'чужой ответ',
  redirect: 'перенаправление',
  drop: 'обрыв',
  hang: 'молчание',
  delay: 'задержка',
  after: 'сбой после выполнения',
  late: 'выполнен позже',
  meanwhile: 'другой пользователь успел раньше',
  cut: 'обрыв в ответе',
  stall: 'ответ застрял',
  garbled: 'испорченный ответ',
  omit: 'неполный ответ',
  'wrong-answer': 'неверный ответ',
  'system-error': 'системная ошибка',
  unauthorized: 'токен не принят',
  'payment-required': 'не оплачен',
  'too-many': 'слишком часто',
  'empty-page': 'пустой ответ',
  ban: 'блокировка',
};

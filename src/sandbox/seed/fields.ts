import { ADDRESS_PARTS } from '../fields/options.ts';
import type { Kind } from '../store/models.ts';
import type { FieldRow } from './plant.ts';

const OFTEN = ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER'];
const EMAILS = ['WORK', 'PRIV', 'OTHER'];
const TRACKED = [
  'UTM_CONTENT',
  'UTM_MEDIUM',
  'UTM_CAMPAIGN',
  'UTM_SOURCE',
  'UTM_TERM',
  'UTM_REFERRER',
  'ROISTAT',
  'REFERRER',
  'OPENSTAT_SOURCE',
  'FROM',
  'GCLIENTID',
  '_YM_UID',
  'GCLID',
  'YCLID',
  'FBCLID',
];
const predefined = { is_predefined: true };

/** Fields that amoCRM itself puts into every account. */
export const PREDEFINED_FIELDS: Partial<Record<Kind, FieldRow[]>> = {
  contacts: [
    { id: 123457, name: 'Должность', type: 'text', code: 'POSITION', sort: 2, ...predefined },
    { id: 123458, name: 'Телефон', type: 'multitext', code: 'PHONE', sort: 4, options: [1, ...OFTEN], ...predefined },
    { id: 123459, name: 'Email', type: 'multitext', code: 'EMAIL', sort: 6, options: [13, ...EMAILS], ...predefined },
  ],
  companies: [
    { id: 323458, name: 'Телефон', type: 'multitext', code: 'PHONE', sort: 2, options: [31, ...OFTEN], ...predefined },
    { id: 323459, name: 'Email', type: 'multitext', code: 'EMAIL', sort: 4, options: [43, ...EMAILS], ...predefined },
    { id: 323460, name: 'Web', type: 'url', code: 'WEB', sort: 6, ...predefined },
    { id: 323461, name: 'Адрес', type: 'textarea', code: 'ADDRESS', sort: 8, ...predefined },
  ],
  leads: TRACKED.map((code, index) => ({
    id: 223501 + index,
    name: code.toLowerCase(),
    type: 'tracking_data',
    code,
    sort: 20 + index,
    group_id: 'statistic',
    ...predefined,
  })),
};

const SOURCES = ['Telegram:TELEGRAM', 'Instagram:INSTAGRAM', 'Сайт:SITE', 'Рекомендация:REFERRAL'];

/** Fields that the studio made for itself: at least one of every type that a kind may have. */
export const CUSTOM_FIELDS: Partial<Record<Kind, FieldRow[]>> = {
  contacts: [
    { id: 123456, name: 'Telegram ID', type: 'text', code: 'TELEGRAM_ID' },
    { id: 123460, name: 'Источник', type: 'select', code: 'SOURCE', options: [1, ...SOURCES] },
    { id: 123461, name: 'Комментарий', type: 'textarea' },
    { id: 123462, name: 'Интересы', type: 'multiselect', options: [51, 'Логотипы', 'Сайты', 'Фотосъёмка', 'Видео'] },
    { id: 123463, name: 'Согласие на рассылку', type: 'checkbox' },
    { id: 123464, name: 'Дата рождения', type: 'birthday', code: 'BIRTHDAY' },
    { id: 123465, name: 'Адрес', type: 'smart_address', code: 'ADDRESS', options: [1, ...ADDRESS_PARTS] },
    { id: 123466, name: 'Скидка', type: 'numeric', code: 'DISCOUNT' },
    { id: 123467, name: 'Сайт', type: 'url', code: 'SITE' },
    { id: 123468, name: 'Дата визита', type: 'date_time' },
    { id: 123469, name: 'Договор от', type: 'date' },
    { id: 123470, name: 'Пол', type: 'radiobutton', options: [61, 'Мужской:MALE', 'Женский:FEMALE'] },
    { id: 123471, name: 'Реквизиты', type: 'legal_entity' },
    { id: 123472, name: 'Файл', type: 'file' },
    { id: 123473, name: 'Доставка', type: 'streetaddress' },
    { id: 123474, name: 'Бюджет клиента', type: 'monetary', currency: 'RUB' },
    { id: 123475, name: 'Рейтинг (расчётный)', type: 'numeric', code: 'RATING', is_computed: true },
  ],
  leads: [
    { id: 223460, name: 'Источник', type: 'select', code: 'SOURCE', options: [71, ...SOURCES] },
    { id: 223461, name: 'Бюджет', type: 'numeric', code: 'BUDGET' },
    { id: 223462, name: 'Услуги', type: 'multiselect', options: [81, 'Дизайн', 'Вёрстка', 'Реклама', 'Поддержка'] },
    { id: 223463, name: 'Срок сдачи', type: 'date', code: 'DEADLINE' },
    { id: 223464, name: 'Техническое задание', type: 'textarea' },
    { id: 223465, name: 'Номер договора', type: 'text', code: 'CONTRACT_NUMBER' },
    { id: 223466, name: 'Срочно', type: 'checkbox' },
    { id: 223467, name: 'Ссылка на макет', type: 'url' },
    { id: 223468, name: 'Встреча', type: 'date_time' },
    { id: 223469, name: 'Оплата', type: 'radiobutton', options: [91, 'Наличные:CASH', 'Счёт:INVOICE'] },
    { id: 223470, name: 'Адрес съёмки', type: 'streetaddress' },
    { id: 223471, name: 'Место проекта', type: 'smart_address', options: [1, ...ADDRESS_PARTS] },
    { id: 223472, name: 'День рождения бренда', type: 'birthday' },
    { id: 223473, name: 'Плательщик', type: 'legal_entity' },
    { id: 223474, name: 'Товар', type: 'chained_list' },
    { id: 223475, name: 'Предоплата', type: 'monetary', currency: 'RUB' },
    { id: 223476, name: 'Бриф', type: 'file' },
  ],
  companies: [
    { id: 323462, name: 'Отрасль', type: 'select', code: 'INDUSTRY', options: [101, 'Кафе', 'Торговля', 'ИТ'] },
    { id: 323463, name: 'Сотрудников', type: 'numeric' },
    { id: 323464, name: 'Реквизиты', type: 'legal_entity' },
    { id: 323465, name: 'Юридический адрес', type: 'smart_address', options: [1, ...ADDRESS_PARTS] },
    { id: 323466, name: 'Каналы', type: 'multiselect', options: [111, 'Почта', 'Мессенджер'] },
    { id: 323467, name: 'Форма', type: 'radiobutton', options: [121, 'ООО', 'ИП'] },
    { id: 323468, name: 'Клиент с', type: 'date' },
    { id: 323469, name: 'Последний звонок', type: 'date_time' },
    { id: 323470, name: 'День основания', type: 'birthday' },
    { id: 323471, name: 'Постоянный', type: 'checkbox' },
    { id: 323472, name: 'Прозвище', type: 'text' },
    { id: 323473, name: 'Склад', type: 'streetaddress' },
    { id: 323474, name: 'Оборот', type: 'monetary', currency: 'RUB' },
    { id: 323475, name: 'Договор', type: 'file' },
    { id: 323476, name: 'Источник', type: 'select', code: 'SOURCE', options: [131, ...SOURCES] },
  ],
  customers: [{ id: 423460, name: 'Карта', type: 'text', code: 'CARD' }],
};

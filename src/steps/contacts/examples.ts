const phone = {
  field_id: 123458,
  field_name: 'Телефон',
  field_code: 'PHONE',
  field_type: 'multitext',
  values: [{ value: '+79001234567', enum_id: 1, enum_code: 'WORK' }],
};
export const sourceFieldExample = {
  field_id: 123460,
  field_name: 'Источник',
  field_code: 'SOURCE',
  field_type: 'select',
  values: [{ value: 'Telegram', enum_id: 1, enum_code: 'TELEGRAM' }],
};
const telegramId = {
  field_id: 123456,
  field_name: 'Telegram ID',
  field_code: 'TELEGRAM_ID',
  field_type: 'text',
  values: [{ value: '123456789' }],
};
const contact = {
  name: 'Иван Петров',
  first_name: 'Иван',
  last_name: 'Петров',
  custom_fields_values: [telegramId, phone, sourceFieldExample],
  fields: { telegram_id: '123456789', phone: '+79001234567', source: 'Telegram' },
};

export const readContactExample = {
  id: 12345,
  ...contact,
  responsible_user_id: 9000001,
  created_at: 1_790_000_000,
  updated_at: 1_790_000_000,
  is_deleted: false,
  _embedded: { tags: [{ id: 7, name: 'VIP', color: null }], companies: [] },
};

export const createdContactExample = { id: 40401635, ...contact };

export const namelessExample = {
  id: 40401636,
  custom_fields_values: [{ ...telegramId, values: [{ value: '987654321' }] }],
  fields: { telegram_id: '987654321' },
};

export const newcomerExample = {
  id: 40401636,
  name: 'Пётр Ильин',
  custom_fields_values: [
    { ...telegramId, values: [{ value: '987654321' }] },
    { ...phone, values: [{ value: '+79007654321', enum_code: 'WORK' }] },
    sourceFieldExample,
  ],
  fields: { telegram_id: '987654321', phone: '+79007654321', source: 'Telegram' },
};

export const createdCompanyExample = {
  id: 33051,
  name: 'ООО «Кофейня на Литейном»',
  responsible_user_id: 8000002,
  custom_fields_values: [
    {
      field_code: 'PHONE',
      field_name: 'phone',
      field_type: 'multitext',
      values: [{ value: '+78125550110', enum_code: 'WORK' }],
    },
    {
      field_code: 'EMAIL',
      field_name: 'email',
      field_type: 'multitext',
      values: [{ value: 'hello@coffee.example.com', enum_code: 'WORK' }],
    },
    {
      field_code: 'WEB',
      field_name: 'website',
      field_type: 'url',
      values: [{ value: 'https://coffee.example.com' }],
    },
    {
      field_id: 323462,
      field_code: 'INDUSTRY',
      field_name: 'Отрасль',
      field_type: 'select',
      values: [{ enum_id: 101, value: 'Кафе' }],
    },
  ],
  fields: {
    phone: '+78125550110',
    email: 'hello@coffee.example.com',
    website: 'https://coffee.example.com',
    Отрасль: 'Кафе',
  },
  _embedded: { tags: [{ name: 'постоянный' }] },
};

export const readCompanyExample = {
  id: 33001,
  name: 'ООО «Кофейня на Литейном»',
  responsible_user_id: 8000002,
  created_at: 1_790_000_000,
  updated_at: 1_790_000_000,
  is_deleted: false,
  custom_fields_values: null,
  fields: { phone: '+7 812 555-01-10', email: 'hello@liteiny-coffee.example' },
  _embedded: { tags: [] },
};

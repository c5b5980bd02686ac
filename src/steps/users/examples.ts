export const userExample = {
  id: 8000002,
  name: 'Ольга Лебедева',
  email: 'lebedeva@severny-veter.example',
  lang: 'ru',
  rights: { is_admin: true, is_active: true },
};

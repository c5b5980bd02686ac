import type { NoteRow } from './plant.ts';

export const NOTES: NoteRow[] = [
  {
    kind: 'leads',
    entity_id: 67890,
    note_type: 'common',
    params: { text: 'Просят два варианта логотипа к пятнице' },
    daysAgo: 30,
  },
  {
    kind: 'leads',
    entity_id: 67890,
    note_type: 'call_in',
    params: { uniq: 'a1b2', duration: 125, source: 'Телефония', phone: '+79215551234', call_status: 4 },
    daysAgo: 28,
  },
  {
    kind: 'contacts',
    entity_id: 12346,
    note_type: 'common',
    params: { text: 'Пришёл из бота, отвечает по вечерам' },
    daysAgo: 20,
  },
  {
    kind: 'companies',
    entity_id: 33001,
    note_type: 'service_message',
    params: { service: 'Бухгалтерия', text: 'Акт за март подписан' },
    daysAgo: 15,
  },
];

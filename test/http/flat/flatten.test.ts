import t from 'tap';
import { flatten, maxFlatBytes } from '../../../src/http/flat/flatten.ts';

const contact = {
  id: 7,
  name: 'Мария',
  price: null,
  responsible_user_id: 3,
  is_deleted: false,
  custom_fields_values: [
    { field_code: 'EMAIL', values: [{ value: 'm@example.com' }] },
    { field_code: 'PHONE', values: [{ value: '+79001234567' }, { value: '+79007654321' }] },
    { field_id: 5, values: [{ value: 'VIP' }, { value: 'Опт' }] },
  ],
  fields: {
    Телефон: ['+79001234567', '+79007654321'],
    Источник: 'Telegram',
    Согласие: true,
    Пусто: null,
    Счёт: { a: 1 },
  },
};

t.test('an entity adds its attributes, its first phone and e-mail, and its fields', async (t) => {
  t.strictSame(flatten({ ok: true }, { success: true, found: true, contact, matched_by: null }), {
    ok: true,
    found: true,
    matched_by: '',
    contact_id: 7,
    contact_name: 'Мария',
    contact_price: '',
    contact_responsible_user_id: 3,
    contact_phone: '+79001234567',
    contact_email: 'm@example.com',
    contact_field_Телефон: '+79001234567, +79007654321',
    contact_field_Источник: 'Telegram',
    contact_field_Согласие: true,
    contact_field_Пусто: '',
    contact_field_Счёт: '{"a":1}',
  });
});

t.test('a list adds its count and ten items, another object its own scalars', async (t) => {
  const items = Array.from({ length: 12 }, (_, index) => ({ id: index + 1, name: `Л${index}`, fields: {} }));
  const flat = flatten({}, { items, tags: ['VIP', 'Опт'], previous: { pipeline_id: 1, status_id: null, deep: {} } });
  t.equal(flat.items_count, 12);
  t.equal(flat.items_10_name, 'Л9');
  t.notOk('items_11_id' in flat);
  t.match(flat, { tags_count: 2, tags_1: 'VIP', tags_2: 'Опт', previous_pipeline_id: 1, previous_status_id: '' });
  t.notOk('previous_deep' in flat);
});

t.test('what the step says itself goes before what an entity adds, and null is ""', async (t) => {
  const flat = flatten({ code: '' }, { lead: { id: 2, fields: {} }, lead_id: 1, code: 'x', contact: null });
  t.strictSame(flat, { code: '', lead_id: 1, contact: '', contact_id: '' });
});

t.test('names are data', async (t) => {
  const fields = JSON.parse('{"__proto__": 1, "toString": 2}');
  const flat = flatten({}, { lead: { id: 1, fields } });
  t.equal(JSON.stringify(flat), '{"lead_id":1,"lead_field___proto__":1,"lead_field_toString":2}');
  const own = flatten({}, JSON.parse('{"__proto__": 5}'));
  t.equal(JSON.stringify(own), '{"__proto__":5}');
});

t.test('it stays within 16 KiB and says that something is missing', async (t) => {
  const long = flatten({ ok: true }, { text: 'я'.repeat(5_000), id: 1 });
  t.equal(String(long.text).length, 4_001);
  t.match(long, { ok: true, id: 1, truncated: true });
  const fields = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`Поле ${index}`, 'ё'.repeat(99)]));
  const many = flatten({ ok: true }, { lead: { id: 1, fields }, lead_id: 1 });
  t.ok(Buffer.byteLength(JSON.stringify(many)) <= maxFlatBytes);
  t.ok(Buffer.byteLength(JSON.stringify(many)) > maxFlatBytes * 0.9);
  t.match(many, { ok: true, lead_id: 1, truncated: true });
  t.notOk('truncated' in flatten({ ok: true }, { text: 'я'.repeat(4_000) }));
});

t.test('text is not cut in the middle of a letter', async (t) => {
  const { text } = flatten({}, { text: `${'a'.repeat(3_999)}😀😀` });
  t.equal(text, `${'a'.repeat(3_999)}…`);
});

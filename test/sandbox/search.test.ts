import t from 'tap';
import { type Opened, open } from './open.ts';

async function found({ call }: Opened, query: string, path = 'contacts'): Promise<number[]> {
  const { json } = await call('GET', `/api/v4/${path}?query=${encodeURIComponent(query)}`);
  return json ? json._embedded[path].map(({ id }: { id: number }) => id) : [];
}

t.test('query is a case-insensitive substring over names and filled fields', async (t) => {
  const opened = await open(t);
  t.strictSame(await found(opened, 'иван'), [12346, 12351]);
  t.strictSame(await found(opened, 'ПОПОВА.'), []);
  t.strictSame(await found(opened, 'popova.sveta@example.com'), [12352]);
  t.strictSame(await found(opened, '123456789'), [12346], 'the Telegram ID');
  t.strictSame(await found(opened, 'instagram'), [12354]);
  t.strictSame(await found(opened, 'литейном', 'companies'), [33001]);
  const all = await open(t);
  t.equal((await found(all, '')).length, 12, 'an empty query is ignored');
});

t.test('in digits mode a phone is found by its digits in any field', async (t) => {
  const opened = await open(t);
  for (const query of ['+7 (900) 123-45-67', '9001234567', '900 123']) {
    t.strictSame(await found(opened, query), [12346, 12349], `${query}: also the number inside a comment`);
  }
  t.strictSame(await found(opened, '8 900 123-45-67'), [], 'another spelling of the prefix is another string');
  t.strictSame(await found(opened, '8125550111'), [12345]);
  t.strictSame(await found(opened, 'ivan7900@example.com'), [], 'digits inside words are not taken alone');
});

t.test('in literal mode only a literal part is found', async (t) => {
  const opened = await open(t, { query: 'literal' });
  t.strictSame(await found(opened, '+7 (900) 123-45-67'), []);
  t.strictSame(await found(opened, '9001234567'), [12346]);
  t.strictSame(await found(opened, '+7 900 123-45-67'), [12349]);
  opened.sandbox.settings.query = 'digits';
  t.strictSame(await found(opened, '+7 (900) 123-45-67'), [12346, 12349]);
});

t.test('leads are found by the names, phones and e-mails of their contacts', async (t) => {
  const opened = await open(t);
  t.strictSame(await found(opened, 'Соколова', 'leads'), [67890, 67894]);
  t.strictSame(await found(opened, '+7 900 123 45 67', 'leads'), [67891]);
  t.strictSame(await found(opened, 'ivan.petrov@', 'leads'), [67891]);
  t.strictSame(await found(opened, 'лендинг', 'leads'), [67892]);
  opened.sandbox.store.bin('contacts', 12346);
  t.strictSame(await found(opened, 'ivan.petrov@', 'leads'), []);
});

t.test('a write stays unseen by query, and by query alone, for the search lag', async (t) => {
  const opened = await open(t, { searchLagMs: 60_000 });
  const { call, sandbox } = opened;
  await call('PATCH', '/api/v4/contacts/12353', { first_name: 'Гаррик' });
  const made = await call('POST', '/api/v4/contacts', [{ name: 'Свежий' }]);
  const { id } = made.json._embedded.contacts[0];
  t.strictSame(await found(opened, 'Свежий'), []);
  t.strictSame(await found(opened, 'Гаррик'), []);
  t.strictSame(await found(opened, 'Гарик'), [12353], 'until then the former words are found');
  t.equal((await call('GET', `/api/v4/contacts/${id}`)).status, 200);
  t.equal((await call('GET', '/api/v4/contacts?order[id]=desc&limit=1')).json._embedded.contacts[0].id, id);
  sandbox.settings.searchLagMs = 0;
  t.strictSame(await found(opened, 'Свежий'), [id]);
  t.strictSame(await found(opened, 'Гарик'), []);
});

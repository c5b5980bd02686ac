import t from 'tap';
import { NOTE_TYPES } from '../../src/sandbox/api/note-types.ts';
import { environmentOptions } from '../../src/sandbox/environment.ts';
import { type Opened, open } from './open.ts';

const noon = Date.parse('2026-05-12T09:00:00Z');

/** What a person reads of a part of the page: the element with this id. */
async function read({ call }: Pick<Opened, 'call'>, id: string): Promise<string> {
  const { text } = await call('GET', '/');
  const [, after = ''] = text.split(`id="${id}"`);
  const tag = /<section id="[^"]+"/.exec(after);
  return words(after.slice(after.indexOf('>') + 1, tag?.index));
}

function words(markup: string): string {
  const plain = markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return plain
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

async function chips({ call }: Pick<Opened, 'call'>): Promise<string> {
  const { text } = await call('GET', '/');
  return words(/<nav[^>]*>(.*)<\/nav>/s.exec(text)?.[1] ?? '');
}

t.test('it counts each kind, and marks what is new and what was changed', async (t) => {
  const opened = await open(t);
  const { call } = opened;
  t.equal(
    (await chips(opened)).trim(),
    'Сделки 8 Контакты 12 Компании 3 Задачи 2 Заметки 3 Звонки 1 Неразобранное 0 Покупатели 1 Элементы списков 3 Запросы 0',
  );
  t.notMatch((await call('GET', '/')).text, /<mark/, 'nothing is new');

  await call('POST', '/api/v4/leads', [{ name: 'Новая', _embedded: { tags: [{ name: 'из бота' }] } }]);
  await call('PATCH', '/api/v4/leads', [{ id: 67890, price: 1 }]);
  await call('POST', '/api/v4/tasks', [{ text: 'Позвонить', complete_till: noon / 1000 }]);
  const counted = await chips(opened);
  t.match(counted, /Сделки 9 новых: 1 изменено: 1 Контакты 12 Компании 3 Задачи 3 новых: 1 Заметки 3 Звонки/);
  t.match(counted, /Настройки 1 новых: 1 Запросы 3/, 'the tag');
  const leads = await read(opened, 'leads');
  t.match(leads, /новое .*изменено /, 'both stand before the others');
  t.ok(leads.indexOf('Новая') < leads.indexOf('Обратный звонок'));
  t.match(leads, /и ещё 3/);
  const whole = (await call('GET', '/?all=leads')).text.split('<section id="contacts">')[0] ?? '';
  t.equal(whole.match(/<article /g)?.length, 9);
  t.notMatch(whole, /и ещё 3/);
});

t.test('every kind is there, in words', async (t) => {
  const opened = await open(t);
  const { call, sandbox } = opened;
  const made = async (path: string, body: unknown) => {
    const { status, text } = await call('POST', `/api/v4/${path}`, body);
    t.ok(status < 300, `${path}: ${text}`);
  };
  const custom_fields_values = [
    { field_id: 123464, values: [{ value: noon / 1000 }] },
    { field_id: 123463, values: [{ value: true }] },
    { field_id: 123471, values: [{ value: { name: 'АО «Льдина»', vat_id: '7700000000', entity_type: 1, kpp: null } }] },
    { field_id: 123474, values: [{ value: 1500 }] },
  ];
  await made('contacts', [{ name: 'Зоя', custom_fields_values }]);
  await made('companies', [{ name: 'ООО «Заря»' }]);
  await made('customers', [{ name: 'Постоянная', next_date: noon / 1000, next_price: 700 }]);
  await made('leads/67890/link', [{ to_entity_id: 12346, to_entity_type: 'contacts' }]);
  await made('tasks', [
    { text: 'Позвонить', complete_till: noon / 1000, entity_id: 67890, entity_type: 'leads', task_type_id: 1 },
  ]);
  await made('leads/unsorted/forms', [
    {
      source_name: 'Лендинг',
      source_uid: 'u1',
      metadata: { form_id: 'f', form_name: 'Заявка', form_page: 'https://a.example', form_sent_at: noon / 1000 },
      _embedded: { leads: [{ name: 'С лендинга' }], contacts: [{ name: 'Гостья' }] },
    },
  ]);
  await made('catalogs/5502/elements', [{ name: 'Плакат' }]);
  await made('leads/tags', [{ name: 'срочно' }]);
  await made('contacts/custom_fields', [{ name: 'Любимый цвет', type: 'text' }]);
  await made('webhooks', { destination: 'https://a.example/hook', settings: ['add_lead'] });
  const status = [{ name: 'Смета', sort: 10 }];
  const pipeline = { name: 'Аренда', sort: 9, is_main: false, is_unsorted_on: true, _embedded: { statuses: status } };
  await made('leads/pipelines', [pipeline]);

  const shown = Object.fromEntries(
    await Promise.all(
      ['contacts', 'companies', 'customers', 'leads', 'tasks', 'unsorted', 'elements', 'settings'].map(
        async (id) => [id, await read(opened, id)] as const,
      ),
    ),
  );
  t.match(shown.contacts, /Дата рождения 12\.05\.2026 Согласие на рассылку да Реквизиты Название: АО «Льдина»/);
  t.match(
    shown.contacts,
    /ИНН: 7700000000, Вид: юридическое лицо Бюджет клиента 1\s500\s₽ Ответственный Интеграция бота/,
  );
  t.match(shown.companies, /ООО «Заря» № \d+ новое/);
  t.match(shown.customers, /Постоянная .* Ожидаемая сумма 700\s₽ Следующая покупка 12\.05\.2026/);
  t.match(
    shown.leads,
    /Бюджет сделки 180\s000\s₽ Этап Продажи \/ Переговоры Контакты Мария Соколова, Иван Петров Компании/,
  );
  t.match(
    shown.tasks,
    /Позвонить .* Вид Связаться Состояние открыта Срок 12\.05\.2026, 12:00 К чему Фирменный стиль для кофейни/,
  );
  t.match(shown.unsorted, /Лендинг .* Вид Форма Название Заявка .* Сделка С лендинга Контакт Гостья/);
  t.match(shown.elements, /Плакат .* Список Товары/);
  for (const [what, name] of Object.entries({
    Тег: 'срочно',
    Поле: 'Любимый цвет',
    Воронка: 'Аренда',
    Вебхук: 'https://a.example/hook',
  })) {
    t.match(shown.settings, new RegExp(`${name} № \\d+ новое Вид ${what}`));
  }
  t.equal(sandbox.requests.length, 11);
  for (const [id, text] of Object.entries(shown)) {
    // What amoCRM itself names so: marks of advertising.
    t.notMatch(text.replaceAll('utm_source', ''), /[{}[\]]|[a-z]_[a-z]|undefined|NaN/, `${id}: neither JSON nor keys`);
  }
});

t.test('notes of every type are in words, calls among themselves', async (t) => {
  const opened = await open(t);
  const call = {
    uniq: 'u-1',
    duration: 73,
    source: 'Телефония',
    phone: '+79215551234',
    link: 'https://a.example/1.mp3',
  };
  const service = { service: 'Склад', text: 'Отгружено' };
  const params: Record<string, object> = {
    common: { text: 'Просто' },
    call_in: { ...call, call_status: 4, call_result: 'Договорились', call_responsible: 8000002 },
    call_out: { ...call, call_status: 6 },
    service_message: service,
    extended_service_message: service,
    message_cashier: { status: 'shown', text: 'Чек' },
    geolocation: { text: 'Здесь', address: 'Невский, 1', longitude: '30.3', latitude: '59.9' },
    sms_in: { text: 'Жду', phone: '+7921' },
    sms_out: { text: 'Едем', phone: '+7921' },
    invoice_paid: { ...service, icon_url: 'https://a.example/i.png' },
    bill_paid: service,
    targeting_in: { service: 'vkontakte', campaign: ['Весна'] },
    targeting_out: { service: 'adwords' },
    attachment: { file_uuid: 'f-1', file_name: 'смета.pdf', version_uuid: 'v-1' },
  };
  t.strictSame(Object.keys(params), NOTE_TYPES);
  for (const [note_type, each] of Object.entries(params)) {
    const { status, text } = await opened.call('POST', '/api/v4/leads/67890/notes', [{ note_type, params: each }]);
    t.equal(status, 200, text);
    const shown = await read(opened, note_type.startsWith('call_') ? 'calls' : 'notes');
    t.match(shown, 'новое');
    t.notMatch(shown, /[{}[\]]|[a-z]_[a-z]|Прочее|Другая|undefined/, note_type);
    for (const value of Object.values(each)) {
      if (typeof value === 'string' && value !== 'shown') t.match(shown, value, `${note_type} shows ${value}`);
    }
  }
  await opened.call('POST', '/api/v4/leads/67890/notes', [
    { note_type: 'message_cashier', params: params.message_cashier },
  ]);
  t.match(await read(opened, 'notes'), 'Вид Сообщение кассиру К чему Фирменный стиль для кофейни Статус показано');
  const calls = await read(opened, 'calls');
  t.match(calls, /Исходящий звонок № .*Входящий звонок № /);
  t.match(calls, 'Длительность 1 мин 13 с');
  t.match(calls, 'Статус Разговор состоялся Итог Договорились Кто говорил Ольга Лебедева');
});

t.test('requests have their time, body and answer; answers with tokens are not kept', async (t) => {
  const opened = await open(t, { now: () => noon });
  const { call, sandbox } = opened;
  t.match(await read(opened, 'requests'), 'Запросов ещё не было');
  await call('POST', '/api/v4/contacts', [{ name: 'Зоя <b>' }]);
  await call('GET', '/api/v4/leads?filter[id][]=1');
  await call('PATCH', '/api/v4/leads', '{"id":');
  const { clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri } = sandbox.oauth;
  const grant = {
    client_id,
    client_secret,
    redirect_uri,
    grant_type: 'authorization_code',
    code: sandbox.oauth.authCode(),
  };
  const { json } = await call('POST', '/oauth2/access_token', grant);
  const { text } = await call('GET', '/');
  for (const secret of [json.access_token, json.refresh_token, grant.code, sandbox.token]) {
    t.ok(secret.length > 10);
    t.notOk(text.includes(secret));
  }
  const [newest = '', broken = '', empty = '', first = ''] = (text.split('<ol>')[1] ?? '')
    .split('<li>')
    .slice(1)
    .map(words);
  t.match(
    newest,
    /^ 12:00:00 POST \/oauth2\/access_token 200 Запрос \{ "grant_type": "authorization_code" \} Ответ: без тела/,
  );
  t.match(broken, /^ 12:00:00 PATCH \/api\/v4\/leads 400 Запрос \{"id": Ответ \{ "title": "Bad Request"/);
  t.match(empty, /^ 12:00:00 GET \/api\/v4\/leads\?filter\[id\]\[\]=1 204 Запрос: без тела Ответ: без тела/);
  const [id] = sandbox.requests[0]?.stored ?? [];
  t.match(first, /^ 12:00:00 POST \/api\/v4\/contacts 200 Запрос \[ \{ "name": "Зоя <b>" \} \] Ответ \{ "_links"/);
  t.match(first, `Записано: № ${id}`);
  t.match(text, `<a href="#id-${id}">`);
  t.match(text, `<article id="id-${id}"`, 'the link leads to the contact');
});

t.test('a change leads to what it was for', async (t) => {
  const { call } = await open(t);
  await call('PATCH', '/api/v4/leads', [
    { id: 67890, price: 1 },
    { id: 67891, price: 2 },
  ]);
  await call('PATCH', '/api/v4/contacts/12345', { name: 'Зоя' });
  await call('PATCH', '/api/v4/leads', [{ id: 999_999, price: 1 }]);
  const { text } = await call('GET', '/');
  const [refused = '', one = '', two = ''] = (text.split('<ol>')[1] ?? '').split('<li>').slice(1);
  t.match(words(two), 'Изменено: № 67890 № 67891');
  t.match(words(one), 'Изменено: № 12345');
  t.notMatch(words(refused), 'Изменено');
  for (const id of [67890, 67891, 12345]) {
    t.match(text, `<a href="#id-${id}">`);
    t.match(text, `<article id="id-${id}"`);
  }
});

t.test('a fault is told, and of many requests the latest are shown', async (t) => {
  const opened = await open(t);
  const { call, sandbox } = opened;
  const long = 'щ'.repeat(50_000);
  for (let number = 1; number <= 30; number += 1) {
    await call('POST', `/api/v4/leads/${number}/notes`, [{ note_type: 'common', params: { text: long } }]);
  }
  sandbox.faults.add({ action: { kind: 'status', status: 500 } });
  await call('GET', '/api/v4/users');
  const { text } = await call('GET', '/');
  t.equal(text.split('<li>').length - 1, 25);
  t.ok(text.length < 800_000, `${text.length} characters`);
  t.match(words(text), /GET \/api\/v4\/users 500 чужой ответ/);
  t.match(await chips(opened), /Запросы 31/);
});

t.test('what arrives is text, wherever it stands', async (t) => {
  const { call, sandbox } = await open(t);
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  await call('POST', '/api/v4/contacts', [
    {
      name: evil,
      custom_fields_values: [{ field_id: 123456, values: [{ value: evil }] }],
      _embedded: { tags: [{ name: evil }] },
    },
  ]);
  await call('POST', '/api/v4/contacts/custom_fields', [{ name: evil, type: 'text' }]);
  await call('POST', '/api/v4/contacts/12345/notes', [{ note_type: 'common', params: { text: evil } }]);
  await call('POST', '/api/v4/tasks', [{ text: evil, complete_till: 9e15 }]);
  await call('GET', `/api/v4/leads?query=${encodeURIComponent(evil)}`);
  await call('GET', `/api/v4/${encodeURIComponent(evil)}`);
  await call('POST', '/api/v4/leads', evil);
  sandbox.linkDocs('https://a.example/"><script>');
  const { text } = await call('GET', '/');
  t.match(text, '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
  const tags = text.match(/<[a-z!/][^>]*>/gi) ?? [];
  const running = tags.filter((tag) =>
    /^<(script|img|style|iframe|object|svg)|\s(style|on\w+)=|javascript:/i.test(tag),
  );
  t.strictSame(running, ['<script src="/page.js" defer>']);
});

t.test('nothing but its own files may run', async (t) => {
  const { call } = await open(t);
  for (const [path, type] of [
    ['/', 'text/html; charset=utf-8'],
    ['/page.css', 'text/css; charset=utf-8'],
    ['/page.js', 'text/javascript; charset=utf-8'],
  ] as const) {
    const { status, headers } = await call('GET', path);
    t.strictSame([status, headers.get('content-type')], [200, type]);
    const policy = headers.get('content-security-policy') ?? '';
    t.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/);
    t.notMatch(policy, /unsafe|\*|https?:/);
    t.equal(headers.get('x-content-type-options'), 'nosniff');
  }
  t.equal((await call('POST', '/')).status, 404);
});

t.test('who has the page already is told so', async (t) => {
  const { sandbox, call } = await open(t);
  const first = await fetch(sandbox.url);
  const known = { headers: { 'if-none-match': String(first.headers.get('etag')) } };
  t.equal((await fetch(sandbox.url, known)).status, 304);
  await call('PATCH', '/api/v4/leads', [{ id: 67890, price: 1 }]);
  t.equal((await fetch(sandbox.url, known)).status, 200);
});

t.test('its button brings back what was there at the start, but not from another site', async (t) => {
  const opened = await open(t);
  const { sandbox, call } = opened;
  await call('POST', '/api/v4/leads', [{ name: 'Лишняя' }]);
  t.match((await call('GET', '/')).text, '<form id="reset" method="post" action="/reset">');
  const press = (site: string) =>
    fetch(`${sandbox.url}/reset`, { method: 'POST', redirect: 'manual', headers: { 'sec-fetch-site': site } });
  t.equal((await press('cross-site')).status, 403);
  t.match(await read(opened, 'leads'), 'Лишняя');
  const { status, headers } = await press('same-origin');
  t.strictSame([status, headers.get('location')], [303, '/']);
  t.match(await chips(opened), /Сделки 8 Контакты 12 .* Запросы 0/);
  t.notMatch((await call('GET', '/')).text, /Лишняя|<mark/);
  await call('POST', '/api/v4/leads', [{ name: 'После' }]);
  t.match(await chips(opened), /Сделки 9 новых: 1 Контакты/);
});

t.test('a button takes amoCRM down and up again, but not from another site', async (t) => {
  const { sandbox, call } = await open(t);
  const status = async () => (await call('GET', '/api/v4/account')).status;
  const shown = async () => (await call('GET', '/')).text;
  const press = (what: string, site = 'same-origin') =>
    fetch(`${sandbox.url}/${what}`, { method: 'POST', redirect: 'manual', headers: { 'sec-fetch-site': site } });
  t.match(await shown(), '<form method="post" action="/down"><button id="outage">Отключить amoCRM</button></form>');
  t.equal((await press('down', 'cross-site')).status, 403);
  t.equal(await status(), 200);
  t.equal((await press('down')).status, 303);
  await press('down');
  t.equal(await status(), 503);
  t.match(await shown(), /role="alert">«amoCRM» отключён[\s\S]*action="\/up"><button id="outage">Включить amoCRM/);
  t.notMatch(await shown(), 'action="/down"');
  await press('up');
  t.equal(await status(), 200);
  t.notMatch(await shown(), 'role="alert"');
  await call('POST', '/_sandbox/faults', { times: null, action: { kind: 'status', status: 502 } });
  t.match(await shown(), 'action="/up"', 'whoever has taken it down');
});

t.test('it links to Swagger UI where there is one', async (t) => {
  const { call, sandbox } = await open(t);
  t.notMatch((await call('GET', '/')).text, 'Swagger');
  sandbox.linkDocs('http://127.0.0.1:8080/docs');
  t.match((await call('GET', '/')).text, '<a class="button" href="http://127.0.0.1:8080/docs">Swagger UI</a>');

  const told = environmentOptions({ SANDBOX_DOCS_URL: 'https://bot.example/docs' });
  const other = await open(t, { ...told, port: 0 });
  t.match((await other.call('GET', '/')).text, 'href="https://bot.example/docs"');
  t.throws(
    () => environmentOptions({ SANDBOX_DOCS_URL: 'javascript:alert(1)' }),
    /SANDBOX_DOCS_URL must be a web address/,
  );
});

t.test('an account without data has nothing to show', async (t) => {
  const opened = await open(t, { seed: false });
  t.match(await chips(opened), /^ ?Сделки 0 Контакты 0 .* Запросы 0 $/);
  t.match(await read(opened, 'leads'), 'Пока пусто');
});

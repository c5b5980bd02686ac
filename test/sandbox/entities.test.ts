import t from 'tap';
import { growthOf } from '../fixtures/growth.ts';
import { open } from './open.ts';

const ids = (list: { id: number }[]) => list.map(({ id }) => id);

t.test('a created contact answers with its id alone and reads back in full', async (t) => {
  const { call, sandbox } = await open(t);
  const made = await call('POST', '/api/v4/contacts', [
    { first_name: 'Пётр', last_name: 'Смирнов', request_id: 'a', tags_to_add: [{ name: 'новый' }] },
    { name: 'Одно имя' },
  ]);
  t.equal(made.status, 200);
  t.equal(made.type, 'application/hal+json');
  t.match(made.headers.get('x-request-id'), /^[0-9a-f]{32}$/);
  const [first, second] = made.json._embedded.contacts;
  t.strictSame(Object.keys(first), ['id', 'request_id', '_links']);
  t.strictSame([first.request_id, second.request_id], ['a', '1']);
  t.strictSame(sandbox.requests[0]?.stored, [first.id, second.id]);

  const { json } = await call('GET', `/api/v4/contacts/${first.id}?with=leads`);
  t.match(json, { name: 'Пётр Смирнов', first_name: 'Пётр', last_name: 'Смирнов', custom_fields_values: null });
  t.match(json, { is_deleted: false, responsible_user_id: 8000001, account_id: 31415926 });
  t.match(json._embedded, { tags: [{ name: 'новый', color: null }], companies: [], leads: [] });
  const other = await call('GET', `/api/v4/contacts/${second.id}`);
  t.match(other.json, { name: 'Одно имя', first_name: '', last_name: '' });
});

t.test('an absent entity and an empty list are 204 without a body', async (t) => {
  const { call } = await open(t);
  for (const path of ['/contacts/1', '/leads?page=99', '/contacts?filter[id]=1', '/companies?query=нет-такой']) {
    const { status, text, type } = await call('GET', `/api/v4${path}`);
    t.strictSame([status, text, type], [204, '', ''], path);
  }
});

t.test('lists are ordered by updated_at ascending unless an order field works', async (t) => {
  const { call, sandbox } = await open(t, { seed: false, now: () => Date.now() });
  await call('POST', '/api/v4/contacts', [
    { name: 'Б', updated_at: 300 },
    { name: 'В', updated_at: 100 },
    { name: 'А', updated_at: 200 },
  ]);
  const names = async (query: string) =>
    (await call('GET', `/api/v4/contacts?${query}`)).json._embedded.contacts.map(({ name }: { name: string }) => name);
  t.strictSame(await names(''), ['В', 'А', 'Б']);
  t.strictSame(await names('order[updated_at]=desc'), ['Б', 'А', 'В']);
  t.strictSame(await names('order[id]=asc'), ['Б', 'В', 'А']);
  t.strictSame(await names('order[id]=desc'), ['А', 'В', 'Б']);
  t.strictSame(await names('order[name]=desc'), ['В', 'Б', 'А']);
  t.strictSame(await names('order[created_at]=desc'), ['В', 'А', 'Б'], 'contacts cannot be ordered by created_at');
  t.strictSame(await names('order[id]=sideways'), ['Б', 'В', 'А'], 'a wrong direction is ascending');
  sandbox.store.contacts.update(sandbox.store.contacts.ordered('id')[0]?.id ?? 0, (first) => {
    first.updated_at = 1;
  });
  t.strictSame(await names(''), ['Б', 'В', 'А'], 'a change moves the contact in the order');
});

t.test('a full page names a next one even when nothing follows', async (t) => {
  const { call } = await open(t, { seed: false });
  await call('POST', '/api/v4/leads', [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }]);
  const first = await call('GET', '/api/v4/leads?limit=2&with=contacts&order[id]=asc');
  t.match(first.json, { _page: 1, _links: { next: { href: /with=contacts.*limit=2&page=2$/ } } });
  t.strictSame(Object.keys(first.json._links), ['self', 'next']);
  const second = await call('GET', '/api/v4/leads?limit=2&page=2');
  t.strictSame(Object.keys(second.json._links), ['self', 'next', 'first', 'prev']);
  t.equal((await call('GET', '/api/v4/leads?limit=2&page=3')).status, 204);
  const rest = await call('GET', '/api/v4/leads?limit=3&page=2');
  t.equal(rest.json._links.next, undefined);
  t.notOk('_total_items' in rest.json);
});

t.test('a page holds 50 entities by default and at most 250', async (t) => {
  const { call } = await open(t, { seed: false });
  const many = Array.from({ length: 250 }, (_, index) => ({ name: `К${index}` }));
  await call('POST', '/api/v4/contacts', many);
  await call('POST', '/api/v4/contacts', many);
  const count = async (query: string) =>
    (await call('GET', `/api/v4/contacts?${query}`)).json._embedded.contacts.length;
  t.equal(await count(''), 50);
  t.equal(await count('limit=500'), 250);
  t.equal(await count('limit=abc&page=-1'), 50);
});

t.test('filter[id] works alone, in a list and without the add-on; other filters are ignored', async (t) => {
  const { call } = await open(t);
  const found = async (query: string) => ids((await call('GET', `/api/v4/contacts?${query}`)).json._embedded.contacts);
  t.strictSame(await found('filter[id]=12346'), [12346]);
  t.strictSame(await found('filter[id][]=12350&filter[id][]=12346&filter[id][]=1'), [12346, 12350]);
  t.strictSame(await found('filter[id][0]=12350&filter[id][1]=12346&order[id]=desc'), [12350, 12346]);
  const all = (await found('limit=250')).length;
  t.equal((await found('filter[name]=Иван%20Петров')).length, all);
  t.equal((await found('filter[custom_fields_values][123460][]=1&unknown=1')).length, all);
  t.equal((await call('GET', '/api/v4/account?with=is_api_filter_enabled')).json.is_api_filter_enabled, false);
});

t.test('with the add-on the documented filters work and phones still cannot be filtered', async (t) => {
  const { call } = await open(t, { filterAddon: true });
  const found = async (path: string) => {
    const { json } = await call('GET', `/api/v4/${path}`);
    return json ? ids(json._embedded.contacts ?? json._embedded.leads) : [];
  };
  t.strictSame(await found('contacts?filter[name]=Иван%20Петров'), [12346]);
  t.strictSame(await found('contacts?filter[custom_fields_values][123456][]=123456789'), [12346]);
  t.strictSame(await found('contacts?filter[custom_fields_values][123460][]=2'), [12354]);
  t.strictSame(
    await found('contacts?filter[custom_fields_values][123466][from]=7&filter[custom_fields_values][123466][to]=8'),
    [12351],
  );
  t.equal((await found('contacts?filter[custom_fields_values][123458][]=%2B79001234567')).length, 12);
  t.strictSame(await found('leads?filter[price][from]=300000'), [67893]);
  t.strictSame(await found('leads?filter[statuses][0][pipeline_id]=1&filter[statuses][0][status_id]=142'), [67892]);
  t.strictSame(await found('leads?filter[pipeline_id]=7202&filter[responsible_user_id]=8000001'), [67894, 67896]);
});

t.test('a patch changes what it names and leaves the rest', async (t) => {
  const { call, sandbox } = await open(t);
  const one = await call('PATCH', '/api/v4/contacts/12345', {
    id: 12345,
    name: 'Мария С.',
    custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '+7 900 000-00-01' }] }],
  });
  t.strictSame(Object.keys(one.json), ['id', 'updated_at', '_links']);
  const { json } = await call('GET', '/api/v4/contacts/12345');
  t.match(json, { name: 'Мария С.', first_name: 'Мария', updated_at: one.json.updated_at });
  const fields = new Map(json.custom_fields_values.map((field: { field_code: string }) => [field.field_code, field]));
  t.match(fields.get('PHONE'), { values: [{ value: '+7 900 000-00-01', enum_code: 'WORK' }] });
  t.match(fields.get('PHONE'), { values: { length: 1 } }, 'the whole list of values is replaced');
  t.match(fields.get('EMAIL'), { values: [{ value: 'm.sokolova@liteiny-coffee.example' }] });

  const many = await call('PATCH', '/api/v4/contacts', [
    { id: 12345, first_name: 'Маша' },
    { id: 12346, updated_at: 5 },
  ]);
  t.match(many.json._embedded.contacts, [
    { id: 12345, name: 'Маша Соколова' },
    { id: 12346, updated_at: 5 },
  ]);
  const leads = await call('PATCH', '/api/v4/leads', [{ id: 67890, price: 1 }]);
  t.notOk('name' in leads.json._embedded.leads[0]);
  t.equal(sandbox.store.leads.get(67890)?.price, 1);
});

t.test('a patch of an absent or binned entity is refused', async (t) => {
  const { call, sandbox, refusals } = await open(t);
  sandbox.store.bin('contacts', 12346);
  t.strictSame(await refusals('PATCH', '/api/v4/contacts/12346', { name: 'x' }), ['NotSupportedChoice id']);
  t.strictSame(await refusals('PATCH', '/api/v4/contacts', [{ name: 'x' }, { id: 1 }]), [
    'FieldMissing id',
    'NotSupportedChoice id',
  ]);
  t.strictSame(await refusals('PATCH', '/api/v4/contacts/12345', { id: 12347 }), ['NotSupportedChoice id']);
  t.equal((await call('PATCH', '/api/v4/contacts/12345', {})).json.detail, 'Request data can not be empty');
});

t.test('colours are those that tags of leads have, without #', async (t) => {
  const { call, refusals } = await open(t);
  const refused = ['NotSupportedChoice color'];
  for (const color of ['123456', '#DDEBB5', 'ddebb5', '']) {
    t.strictSame(await refusals('POST', '/api/v4/leads/tags', [{ name: 'а', color }]), refused, color);
  }
  for (const kind of ['contacts', 'companies', 'customers']) {
    t.strictSame(await refusals('POST', `/api/v4/${kind}/tags`, [{ name: 'а', color: 'DDEBB5' }]), refused, kind);
    t.equal((await call('POST', `/api/v4/${kind}/tags`, [{ name: 'а', color: null }])).status, 200, kind);
  }
  const made = await call('POST', '/api/v4/leads/tags', [{ name: 'а', color: 'DDEBB5' }]);
  t.match(made, { status: 200, json: { _embedded: { tags: [{ color: 'DDEBB5' }] } } });
});

t.test('tags are replaced, added and taken away', async (t) => {
  const { call, refusals } = await open(t);
  const tags = async (change: object) => {
    await call('PATCH', '/api/v4/contacts/12345', change);
    const { json } = await call('GET', '/api/v4/contacts/12345');
    return json._embedded.tags.map(({ name }: { name: string }) => name);
  };
  t.strictSame(await tags({ tags_to_add: [{ name: 'третий' }, { name: 'VIP' }] }), ['VIP', 'рассылка', 'третий']);
  t.strictSame(await tags({ tags_to_delete: [{ name: 'VIP' }] }), ['рассылка', 'третий']);
  t.strictSame(await tags({ _embedded: { tags: [{ name: 'один' }] } }), ['один']);
  t.strictSame(await tags({ _embedded: { tags: [] } }), []);
  t.strictSame(
    await refusals('PATCH', '/api/v4/contacts/12345', { tags_to_add: [{ id: 1, name: 'x' }, {}, { id: 9 }] }),
    ['NotSupportedChoice tags_to_add.0.id', 'FieldMissing tags_to_add.1.name', 'NotSupportedChoice tags_to_add.2.id'],
  );
  const dictionary = await call('POST', '/api/v4/contacts/tags', [
    { name: 'VIP' },
    { name: 'другой', request_id: 'z' },
  ]);
  t.match(dictionary.json, { _total_items: 2, _embedded: { tags: [{ name: 'VIP' }, { request_id: 'z' }] } });
  const found = await call('GET', '/api/v4/contacts/tags?filter[name]=VIP');
  t.equal(found.json._embedded.tags[0].id, dictionary.json._embedded.tags[0].id);
  t.equal((await call('GET', '/api/v4/leads/tags?filter[name]=VIP')).status, 204, 'each kind has its own dictionary');
});

t.test('a lead gets the main pipeline, its first stage and the links of its creation', async (t) => {
  const { call } = await open(t);
  const made = await call('POST', '/api/v4/leads', [
    {
      name: 'Связанная',
      price: 5,
      _embedded: { contacts: [{ id: 12346 }, { id: 12345, is_main: true }], companies: [{ id: 33001 }] },
    },
    {},
  ]);
  const [linked, bare] = ids(made.json._embedded.leads);
  const { json } = await call('GET', `/api/v4/leads/${linked}?with=contacts,loss_reason,catalog_elements`);
  t.match(json, { pipeline_id: 1, status_id: 1002, closed_at: null, price: 5, loss_reason_id: null });
  t.match(json._embedded, {
    contacts: [
      { id: 12346, is_main: false },
      { id: 12345, is_main: true },
    ],
    companies: [{ id: 33001 }],
    loss_reason: [],
  });
  t.match(await call('GET', `/api/v4/leads/${bare}`), { json: { name: `Сделка #${bare}` } });
  await call('PATCH', `/api/v4/leads/${bare}`, { price: 1, _embedded: { contacts: [{ id: 12345 }] } });
  const after = await call('GET', `/api/v4/leads/${bare}?with=contacts`);
  t.strictSame(after.json._embedded.contacts, [], 'links in a patch are ignored');
});

t.test('statuses 142 and 143 close a lead in every pipeline', async (t) => {
  const { call, refusals } = await open(t, { now: () => 1_700_000_000_000 });
  const made = await call('POST', '/api/v4/leads', [{ pipeline_id: 1, status_id: 142 }, { pipeline_id: 7202 }]);
  const [won, open_] = ids(made.json._embedded.leads);
  t.match((await call('GET', `/api/v4/leads/${won}`)).json, { status_id: 142, closed_at: 1_700_000_000 });
  t.match((await call('GET', `/api/v4/leads/${open_}`)).json, { status_id: 7212, closed_at: null });
  await call('PATCH', `/api/v4/leads/${open_}`, { status_id: 143, loss_reason_id: 501, closed_at: 77 });
  const lost = await call('GET', `/api/v4/leads/${open_}?with=loss_reason`);
  t.match(lost.json, { closed_at: 77, _embedded: { loss_reason: [{ id: 501, name: 'Дорого' }] } });
  await call('PATCH', `/api/v4/leads/${won}`, { status_id: 1003 });
  t.equal((await call('GET', `/api/v4/leads/${won}`)).json.closed_at, null);
  await call('PATCH', `/api/v4/leads/${won}`, { pipeline_id: 7202 });
  t.equal((await call('GET', `/api/v4/leads/${won}`)).json.status_id, 7212, 'a stage of another pipeline gives way');
  t.strictSame(
    await refusals('POST', '/api/v4/leads', [{ status_id: 7212 }, { pipeline_id: 9 }, { loss_reason_id: 1 }]),
    ['NotSupportedChoice status_id', 'NotSupportedChoice pipeline_id', 'NotSupportedChoice loss_reason_id'],
  );
});

t.test('unknown linked entities are refused with their path, or accepted without the link', async (t) => {
  const { call, sandbox, refusals } = await open(t);
  const lead = [{ name: 'x', _embedded: { contacts: [{ id: 12345 }, { id: 12357 }], companies: [{ id: 1 }] } }];
  t.strictSame(await refusals('POST', '/api/v4/leads', lead), [
    'NotSupportedChoice _embedded.contacts.1.id',
    'NotSupportedChoice _embedded.companies.0.id',
  ]);
  sandbox.settings.unknownLinks = 'accept';
  const made = await call('POST', '/api/v4/leads', lead);
  const { json } = await call('GET', `/api/v4/leads/${made.json._embedded.leads[0].id}?with=contacts`);
  t.strictSame(ids(json._embedded.contacts), [12345]);
  t.strictSame(json._embedded.companies, []);
});

t.test('a binned entity vanishes and shows under with=only_deleted alone', async (t) => {
  const { call, sandbox } = await open(t);
  for (const path of ['contacts/12357', 'leads/67898', 'contacts?filter[id]=12357', 'contacts?query=Дубль']) {
    t.equal((await call('GET', `/api/v4/${path}`)).status, 204, path);
  }
  const leads = await call('GET', '/api/v4/leads?with=only_deleted');
  t.strictSame(
    leads.json._embedded.leads.map((lead: object) => Object.keys(lead)),
    [['id', 'updated_at', 'updated_by', 'account_id', 'is_deleted', '_links']],
  );
  const contacts = await call('GET', '/api/v4/contacts?with=only_deleted');
  t.match(contacts.json._embedded.contacts, [{ id: 12357, is_deleted: false, name: 'Удалённый Дубль' }]);
  sandbox.store.restore('contacts', 12357);
  t.equal((await call('GET', '/api/v4/contacts/12357')).status, 200);
});

t.test('entities cannot be deleted', async (t) => {
  const { call } = await open(t);
  for (const path of ['contacts/12345', 'leads/67890', 'companies/33001']) {
    const { status, json } = await call('DELETE', `/api/v4/${path}`);
    t.strictSame([status, json.title], [405, 'Method Not Allowed'], path);
  }
  t.match(await call('DELETE', '/api/v4/tasks/1'), { status: 403, json: { detail: 'Invalid scope' } });
  t.match(await call('DELETE', '/api/v4/calls/1'), { status: 404 });
});

t.test('links are made, listed and removed, one by one and in bulk', async (t) => {
  const { call, refusals } = await open(t);
  const made = await call('POST', '/api/v4/leads/67895/link', [
    { to_entity_id: 12353, to_entity_type: 'contacts', metadata: { is_main: true } },
    { to_entity_id: 33002, to_entity_type: 'companies' },
  ]);
  t.match(made.json, {
    _total_items: 2,
    _embedded: { links: [{ metadata: { main_contact: true } }, { metadata: null }] },
  });
  const listed = await call('GET', '/api/v4/leads/67895/links');
  t.strictSame(listed.json._embedded.links[0], {
    to_entity_id: 12353,
    to_entity_type: 'contacts',
    metadata: { main_contact: true },
  });
  await call('POST', '/api/v4/leads/67895/unlink', [{ to_entity_id: 33002, to_entity_type: 'companies' }]);
  await call('POST', '/api/v4/leads/67895/link', [{ to_entity_id: 33001, to_entity_type: 'companies' }]);
  const lead = await call('GET', '/api/v4/leads/67895');
  t.strictSame(ids(lead.json._embedded.companies), [33001]);
  const bulk = [{ entity_id: 67895, to_entity_id: 12353, to_entity_type: 'contacts' }];
  t.match(await call('POST', '/api/v4/leads/unlink', bulk), { status: 204, text: '' });
  const left = await call('GET', '/api/v4/leads/links?filter[entity_id][]=67895');
  t.match(left.json._embedded.links, [{ entity_id: 67895, to_entity_id: 33001 }]);
  t.strictSame(
    await refusals('POST', '/api/v4/contacts/12345/link', [
      { to_entity_id: 67890, to_entity_type: 'leads' },
      { to_entity_id: 1, to_entity_type: 'companies' },
    ]),
    ['NotSupportedChoice to_entity_type', 'NotSupportedChoice to_entity_id'],
  );
});

t.test('leads/complex makes a lead with its contact and company at once', async (t) => {
  const { call, refusals } = await open(t);
  const made = await call('POST', '/api/v4/leads/complex', [
    {
      name: 'Комплекс',
      request_id: 'q',
      _embedded: {
        contacts: [{ first_name: 'Лев', custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '+71' }] }] }],
        companies: [{ name: 'ООО «Лев»' }],
        tags: [{ name: 'к' }],
      },
    },
    { name: 'К известному', _embedded: { contacts: [{ id: 12345 }] } },
  ]);
  const [first, second] = made.json;
  t.match(second, { contact_id: 12345, company_id: null, request_id: ['1'], merged: false });
  const lead = await call('GET', `/api/v4/leads/${first.id}?with=contacts`);
  t.match(lead.json._embedded, {
    contacts: [{ id: first.contact_id, is_main: true }],
    companies: [{ id: first.company_id }],
  });
  const contact = await call('GET', `/api/v4/contacts/${first.contact_id}`);
  t.match(contact.json._embedded.companies, [{ id: first.company_id }]);
  const bad = [{ price: 'x', _embedded: { contacts: [{ name: 5 }], companies: [{ id: 1 }] } }];
  t.strictSame(await refusals('POST', '/api/v4/leads/complex', bad), [
    'InvalidType price',
    'InvalidType _embedded.contacts.0.name',
    'NotSupportedChoice _embedded.companies.0.id',
  ]);
  const many = await call(
    'POST',
    '/api/v4/leads/complex',
    Array.from({ length: 51 }, () => ({ name: 'x' })),
  );
  t.equal(many.status, 422);
});

t.test('the account shows its parts only when asked for', async (t) => {
  const { call } = await open(t);
  const plain = await call('GET', '/api/v4/account');
  t.match(plain.json, { name: 'Студия «Северный ветер»', subdomain: 'sandbox', current_user_id: 8000001 });
  t.notOk('_embedded' in plain.json || 'drive_url' in plain.json);
  const full = await call('GET', '/api/v4/account?with=users_groups,task_types,datetime_settings,drive_url,version');
  t.match(full.json, { drive_url: /^https:/, version: 16 });
  t.match(full.json._embedded.datetime_settings, { timezone: 'Europe/Moscow', timezone_offset: '+03:00' });
  t.match(full.json._embedded.task_types, [{ id: 1 }, { id: 2 }]);
});

t.test('pipelines, loss reasons and users read as documented', async (t) => {
  const { call } = await open(t);
  const pipelines = await call('GET', '/api/v4/leads/pipelines?page=7&limit=1');
  t.equal(pipelines.json._total_items, 2, 'page and limit are ignored');
  for (const { _embedded } of pipelines.json._embedded.pipelines) {
    t.match(ids(_embedded.statuses).slice(-2), [142, 143]);
    t.equal(_embedded.statuses[0].type, 1);
  }
  t.match((await call('GET', '/api/v4/leads/pipelines/1/statuses/142')).json, { pipeline_id: 1 });
  t.match(await call('GET', '/api/v4/leads/loss_reasons/9'), {
    status: 404,
    json: { detail: 'Loss reason not found' },
  });
  const users = await call('GET', '/api/v4/users');
  t.match(users.json, { _total_items: 3, _page_count: 1, _embedded: { users: [{ rights: { is_admin: true } }] } });
});

t.test('tasks and customers can be made, changed and listed', async (t) => {
  const { call, refusals, sandbox } = await open(t);
  sandbox.store.tasks.clear();
  const task = { text: 'Позвонить', complete_till: 2_000_000_000, entity_id: 67890, entity_type: 'leads' };
  const made = await call('POST', '/api/v4/tasks', [task]);
  const { id } = made.json._embedded.tasks[0];
  t.match((await call('GET', `/api/v4/tasks/${id}`)).json, { ...task, result: [], is_completed: false });
  await call('PATCH', `/api/v4/tasks/${id}`, { is_completed: true, result: { text: 'ок' } });
  t.match((await call('GET', '/api/v4/tasks?filter[is_completed]=1')).json._embedded.tasks, [
    { id, result: { text: 'ок' } },
  ]);
  t.equal((await call('GET', '/api/v4/tasks?filter[is_completed]=0')).status, 204);
  t.strictSame(await refusals('POST', '/api/v4/tasks', [{ text: 'x', entity_id: 1, entity_type: 'leads' }]), [
    'FieldMissing complete_till',
  ]);
  t.strictSame(await refusals('POST', '/api/v4/customers', [{ next_price: 1 }]), ['FieldMissing name']);
  const customer = await call('POST', '/api/v4/customers', [{ name: 'Клуб', next_price: 10 }]);
  const shown = await call('GET', `/api/v4/customers/${customer.json._embedded.customers[0].id}`);
  t.match(shown.json, { name: 'Клуб', next_price: 10, _embedded: { segments: [] } });
});

t.test('a call goes to the one active lead of whoever has the number', async (t) => {
  const { call, sandbox } = await open(t);
  const record = { direction: 'inbound', duration: 60, source: 'test', phone: '89001234567' };
  const made = await call('POST', '/api/v4/calls', [record, { ...record, phone: '+7 999 999-99-99' }]);
  t.match(made.json, { _total_items: 1, errors: [{ request_id: '1' }] });
  const [added] = made.json._embedded.calls;
  t.match(added, { entity_id: 67891, entity_type: 'lead', request_id: '0' });
  t.match(sandbox.store.notes.leads.get(added.id), { note_type: 'call_in', params: { phone: '89001234567' } });
});

t.test('the work to write, list and search entities grows with their number alone', async (t) => {
  const growth = await growthOf(1_000, async (size) => {
    const { call, sandbox } = await open(t, { seed: false });
    for (let first = 0; first < size; first += 50) {
      const contacts = Array.from({ length: 50 }, (_, index) => ({
        name: `Контакт ${first + index}`,
        custom_fields_values: [{ field_code: 'PHONE', values: [{ value: `+7900${first + index + 1_000_000}` }] }],
      }));
      await call('POST', '/api/v4/contacts', contacts);
      await call('GET', '/api/v4/contacts?order[id]=desc&limit=1');
      await call('GET', `/api/v4/contacts?query=7900${1_000_000 + first}`);
    }
    t.equal(sandbox.store.contacts.size, size);
  });
  t.ok(growth < 10, `${growth.toFixed(1)} times the work for 4 times the size`);
});

import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { plantContact, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const list = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> =>
  step('amocrm_list_contacts', params);

const idsOf = ({ body }: Answer): number[] => body.result.contacts.map(({ id }: { id: number }) => id);

t.test('all contacts, 250 on a page, with plain fields; the bin is left out', async (t) => {
  const service = await startService(t);
  const { status, body } = await list(service, {});
  t.equal(status, 200);
  const { contacts, ...rest } = body.result;
  t.strictSame(rest, { success: true, count: contacts.length, page: 1, limit: 250, has_more: false });
  t.match(contacts.find(({ id }: { id: number }) => id === 12345).fields, { Источник: 'Рекомендация' });
  t.strictSame(readsOf(service.sandbox, 'contacts'), ['limit=250&page=1']);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('pages go on while amoCRM offers one; a page behind the last is empty', async (t) => {
  const service = await startService(t, { sandbox: { seed: false } });
  const planted = Array.from({ length: 5 }, (_, n) => plantContact(service.sandbox, { name: `Гость ${n}` }));
  const pages = [];
  for (const page of [1, '2', 3, 4]) pages.push(await list(service, { page, limit: 2, order: { id: 'asc' } }));
  t.strictSame(pages.flatMap(idsOf), planted);
  t.strictSame(
    pages.map(({ body }) => [body.result.page, body.result.has_more]),
    [
      [1, true],
      [2, true],
      [3, false],
      [4, false],
    ],
  );
});

t.test('the order, the query and what is to be added reach amoCRM', async (t) => {
  const service = await startService(t);
  const answer = await list(service, { query: 'Иван', order: { name: 'desc' }, with: 'leads, customers' });
  t.strictSame(idsOf(answer), [12351, 12346]);
  t.ok(Array.isArray(answer.body.result.contacts[0]._embedded.leads));
  t.strictSame(readsOf(service.sandbox, 'contacts'), [
    'query=Иван&with=customers,leads&order[name]=desc&limit=250&page=1',
  ]);
});

t.test('filters are sent in amoCRM’s notation, after one look whether the account has them', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const filter = {
    name: 'Анна',
    'filter[created_by]': [8000001, '8000002'],
    created_at: { from: 1_700_000_000 },
    'filter[updated_at][]': { from: 1, to: '1800000000' },
  };
  for (const page of [1, 2]) t.equal((await list(service, { filter, page })).status, 200);
  t.strictSame(readsOf(service.sandbox, 'contacts')[0]?.split('&'), [
    'filter[name][]=Анна',
    'filter[created_at][from]=1700000000',
    'filter[created_by][]=8000001',
    'filter[created_by][]=8000002',
    'filter[updated_at][from]=1',
    'filter[updated_at][to]=1800000000',
    'limit=250',
    'page=1',
  ]);
  t.strictSame(readsOf(service.sandbox, 'account'), ['with=is_api_filter_enabled']);
});

t.test('a user’s name becomes a filter by his id', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const { body } = await list(service, { responsible_user: 'интеграция бота' });
  t.ok(body.result.count > 0);
  t.ok(
    body.result.contacts.every((contact: { responsible_user_id: number }) => contact.responsible_user_id === 8000001),
  );
  t.match(readsOf(service.sandbox, 'contacts'), [/filter\[responsible_user_id\]\[\]=8000001&/]);
});

t.test('custom fields are filtered by name, options by label', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const { body } = await list(service, {
    filter: { custom_fields_values: { Источник: ['Telegram'], Скидка: { from: 1, to: 50 } } },
  });
  t.ok(body.result.contacts.every(({ fields }: { fields: Record<string, unknown> }) => fields.Источник === 'Telegram'));
  t.match(readsOf(service.sandbox, 'contacts'), [
    /^filter\[custom_fields_values\]\[123460\]\[\]=1&filter\[custom_fields_values\]\[123466\]\[from\]=1&filter\[custom_fields_values\]\[123466\]\[to\]=50&/,
  ]);
});

t.test('custom fields that cannot be filtered are refused with all other faults', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const custom_fields_values = { phone: '+7900', Нет: 1, Источник: 'Факс', 'Дата визита': 1, Телефон: { from: 1 } };
  const answer = await list(service, { filter: { custom_fields_values }, responsible_user: 'Никто' });
  const at = 'params.filter.custom_fields_values';
  t.strictSame(failureOf(answer).slice(0, 2), [422, 'INVALID_FIELD_VALUE']);
  t.match(answer.body.errors, [
    { path: `${at}.phone`, message: /\(multitext\) is not of a type that amoCRM filters by value/ },
    { path: `${at}.Нет`, message: /have no field/ },
    { path: `${at}.Источник`, message: /no option "Факс"/ },
    { path: `${at}.Дата визита`, message: /filters by value/ },
    { path: `${at}.Телефон`, message: /filters by range/ },
    { path: 'params.responsible_user', message: /no user "Никто"/ },
  ]);
  t.strictSame(readsOf(service.sandbox, 'contacts'), []);
});

t.test('without the add-on a filter is refused, since amoCRM would give everything; ids work', async (t) => {
  const service = await startService(t);
  for (const params of [
    { filter: { name: 'Анна' } },
    { responsible_user_id: 8000001 },
    { filter: { id: 1, name: 'А' } },
  ]) {
    const answer = await list(service, params);
    t.strictSame(failureOf(answer), [422, 'FILTERS_UNAVAILABLE']);
    t.equal(answer.body.context.__step_error__, 'AmoCRM список контактов: фильтры не подключены в аккаунте');
  }
  t.strictSame(readsOf(service.sandbox, 'contacts'), []);
  t.strictSame(idsOf(await list(service, { filter: { id: [12345, '12346'] }, order: { id: 'asc' } })), [12345, 12346]);
  t.strictSame(idsOf(await list(service, { filter: { 'filter[id]': '12346' } })), [12346]);
});

t.test('an add-on that was just bought works within half a minute', async (t) => {
  const service = await startService(t);
  t.strictSame(failureOf(await list(service, { filter: { name: 'А' } })), [422, 'FILTERS_UNAVAILABLE']);
  t.equal(readsOf(service.sandbox, 'account').length, 1);
  t.strictSame(failureOf(await list(service, { filter: { name: 'А' } })), [422, 'FILTERS_UNAVAILABLE']);
  t.equal(readsOf(service.sandbox, 'account').length, 1, 'a refusal is kept for a while too');
});

t.test('a list that amoCRM has not filtered is never handed out', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  t.equal((await list(service, { filter: { created_by: 8000001 } })).status, 200);
  service.sandbox.settings.filterAddon = false;
  t.strictSame(failureOf(await list(service, { responsible_user_id: 8000003 })), [502, 'AMOCRM_ERROR']);
});

t.test('what amoCRM would ignore without a word is refused, and what is allowed is named', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string, RegExp][] = [
    [{ filter: { nope: 1 } }, 'params.filter.nope', /is no filter of this list; there are id, name,/],
    [{ filter: { 'filter[nope]': 1 } }, 'params.filter.filter[nope]', /there are id, name,/],
    [{ filter: { id: 1, 'filter[id]': 1 } }, 'params.filter.filter[id]', /give id or filter\[id\], not both/],
    [{ filter: { id: 'x' } }, 'params.filter.id', /must be integer/],
    [{ filter: { 'filter[id]': ['x'] } }, 'params.filter.filter[id][0]', /must be integer/],
    [{ filter: { id: {} } }, 'params.filter.id', /must be one value or a list/],
    [{ filter: { created_at: 5 } }, 'params.filter.created_at', /must be object/],
    [{ filter: { created_at: {} } }, 'params.filter.created_at', /fewer than 1/],
    [{ filter: 5 }, 'params.filter', /must be object/],
    [
      { order: { created_at: 'asc' } },
      'params.order.created_at',
      /is no order of this list; there are id, updated_at, name/,
    ],
    [{ order: { id: 'up' } }, 'params.order.id', /must be one of asc, desc/],
    [{ order: { id: 'asc', name: 'asc' } }, 'params.order', /more than 1/],
    [{ with: 'leads,orders,,' }, 'params.with', /must be one of leads, customers, catalog_elements/],
    [{ with: ['orders'] }, 'params.with[0]', /must be one of/],
    [{ with: 5 }, 'params.with', /must be a list or text with commas/],
    [{ limit: 251 }, 'params.limit', /must be <= 250/],
    [{ page: 0 }, 'params.page', /must be >= 1/],
  ];
  for (const [params, path, message] of bad) {
    const answer = await list(service, params);
    t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', path], JSON.stringify(answer.body));
    t.match(answer.body.errors[0].message, message);
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('a param and the filter for the same thing exclude each other', async (t) => {
  const service = await startService(t);
  const answer = await list(service, {
    responsible_user_id: 8000001,
    filter: { 'filter[responsible_user_id]': 8000002 },
  });
  t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', 'params.filter.filter[responsible_user_id]']);
});

t.test('filters that make too long an address are refused before amoCRM is asked for the list', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const names = Array.from({ length: 100 }, (_, n) => `${n} ${'ю'.repeat(200)}`);
  const answer = await list(service, { filter: { name: names } });
  t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', 'params.filter']);
  t.strictSame(readsOf(service.sandbox, 'contacts'), []);
  t.equal(
    (await list(service, { filter: { name: names.slice(0, 10), id: Array.from({ length: 100 }, (_, n) => n + 1) } }))
      .status,
    200,
  );
});

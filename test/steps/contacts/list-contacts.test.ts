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
  for (const [params, ...paths] of [
    [{ filter: { name: 'Анна' } }, 'params.filter.name'],
    [{ responsible_user_id: 8000001 }, 'params.responsible_user_id'],
    [{ responsible_user: 'Ольга Лебедева' }, 'params.responsible_user'],
    [
      { filter: { id: 1, 'filter[name]': 'А', created_by: 0 } },
      'params.filter.filter[name]',
      'params.filter.created_by',
    ],
    [{ filter: { custom_fields_values: { Источник: 'Telegram' } } }, 'params.filter.custom_fields_values'],
  ] as const) {
    const answer = await list(service, params);
    t.strictSame(failureOf(answer), [422, 'FILTERS_UNAVAILABLE', ...paths]);
    t.match(answer.body.detail, /paid add-on for filters, which the account lacks/);
    t.equal(answer.body.context.__step_error__, 'AmoCRM список контактов: фильтры не подключены в аккаунте');
  }
  t.strictSame(readsOf(service.sandbox, 'contacts'), []);
  t.strictSame(idsOf(await list(service, { filter: { id: [12345, '12346'] }, order: { id: 'asc' } })), [12345, 12346]);
  t.strictSame(idsOf(await list(service, { filter: { 'filter[id]': '12346' } })), [12346]);
});

t.test('an add-on that was just bought works within half a minute', async (t) => {
  const refused = [422, 'FILTERS_UNAVAILABLE', 'params.filter.name'];
  const service = await startService(t);
  t.strictSame(failureOf(await list(service, { filter: { name: 'А' } })), refused);
  t.equal(readsOf(service.sandbox, 'account').length, 1);
  t.strictSame(failureOf(await list(service, { filter: { name: 'А' } })), refused);
  t.equal(readsOf(service.sandbox, 'account').length, 1, 'a refusal is kept for a while too');
});

t.test('a list that amoCRM has not filtered is never handed out', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  t.equal((await list(service, { filter: { created_by: 8000001 } })).status, 200);
  const accountReads = readsOf(service.sandbox, 'account').length;
  service.sandbox.settings.filterAddon = false;
  const gone = await list(service, { responsible_user_id: 8000003 });
  t.strictSame(
    failureOf(gone),
    [422, 'FILTERS_UNAVAILABLE', 'params.responsible_user_id'],
    'the add-on was switched off meanwhile',
  );
  t.equal(readsOf(service.sandbox, 'account').length, accountReads + 1, 'amoCRM is asked whether it is so');
  const lists = readsOf(service.sandbox, 'contacts').length;
  t.strictSame(failureOf(await list(service, { filter: { name: 'Анна' } })).slice(0, 2), [422, 'FILTERS_UNAVAILABLE']);
  t.equal(readsOf(service.sandbox, 'contacts').length, lists, 'the kept yes is forgotten');
});

t.test('an add-on that is gone shows in whatever filter was asked for', async (t) => {
  const past = { from: 1, to: 2 };
  const filters = {
    name: 'Никто такой',
    created_by: 1,
    updated_by: [1, 2],
    responsible_user_id: 1,
    created_at: past,
    updated_at: { from: 4_000_000_000 },
    closest_task_at: past,
    custom_fields_values: { Источник: 'Telegram' },
  };
  for (const [name, value] of [...Object.entries(filters), ['custom_fields_values', { Скидка: { from: 99 } }]]) {
    const service = await startService(t, { sandbox: { filterAddon: true } });
    const filter = { [String(name)]: value };
    t.equal((await list(service, { filter })).status, 200, `${name} with the add-on`);
    service.sandbox.settings.filterAddon = false;
    t.strictSame(failureOf(await list(service, { filter })).slice(0, 2), [422, 'FILTERS_UNAVAILABLE'], String(name));
  }
});

/** The next list that amoCRM answers has this contact alone. */
function answerOnce({ sandbox }: Service, contact: Record<string, unknown>): void {
  const body = { _embedded: { contacts: [{ id: 12345, ...contact }] } };
  sandbox.faults.add({ path: /\/contacts$/, action: { kind: 'status', status: 200, body } });
}

t.test('how texts and fields are compared is amoCRM’s: with the add-on there its answer counts', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  const asked = readsOf(service.sandbox, 'account').length;
  answerOnce(service, { name: 'Анна Петрова', custom_fields_values: null });
  const filter = { name: 'Анна', custom_fields_values: { Источник: 'Telegram' } };
  t.strictSame(idsOf(await list(service, { filter })), [12345]);
  t.equal(readsOf(service.sandbox, 'account').length, asked + 2);
});

t.test('so it is with nothing below an upper limit', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  answerOnce(service, { closest_task_at: null });
  t.strictSame(idsOf(await list(service, { filter: { closest_task_at: { to: 5 } } })), [12345]);
});

t.test('an item that cannot fit is refused, with the add-on too', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  for (const [filter, contact] of [
    [{ created_at: { from: 5 } }, { created_at: 4 }],
    [{ created_at: { to: 5 } }, { created_at: 6 }],
    [{ closest_task_at: { from: 5 } }, { closest_task_at: null }],
    [{ updated_by: [0, 1] }, { updated_by: 2 }],
  ] as const) {
    answerOnce(service, contact);
    const answer = await list(service, { filter });
    t.strictSame(failureOf(answer), [502, 'AMOCRM_ERROR'], JSON.stringify(filter));
    t.match(answer.body.detail, new RegExp(`by ${Object.keys(filter)[0]}`));
  }
});

t.test('an item that tells nothing of a filter, or a limit that is met, is no reason to refuse', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: true } });
  for (const [filter, contact] of [
    [{ created_at: { from: 5, to: 5 } }, { created_at: 5 }],
    [{ created_at: { from: 5 }, custom_fields_values: { Источник: 'Telegram' } }, {}],
    [{ name: ' анна ' }, { name: 'Анна' }],
  ] as const) {
    const asked = readsOf(service.sandbox, 'account').length;
    answerOnce(service, contact);
    t.strictSame(idsOf(await list(service, { filter })), [12345], JSON.stringify(filter));
    t.ok(readsOf(service.sandbox, 'account').length <= Math.max(asked, 1), 'nothing more is asked');
  }
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

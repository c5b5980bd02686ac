import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { plantContact, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const search = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> => step('amocrm_search', params);

/** Type and id of each item. */
const itemsOf = ({ body }: Answer): string[] =>
  body.result.items.map(({ entity_type, id }: { entity_type: string; id: number }) => `${entity_type} ${id}`);

t.test('contacts are searched unless something else is said', async (t) => {
  const service = await startService(t);
  const answer = await search(service, { query: 'Иван' });
  t.equal(answer.status, 200);
  t.strictSame(itemsOf(answer), ['contacts 12346', 'contacts 12351']);
  const { items, ...rest } = answer.body.result;
  t.strictSame(rest, { success: true, count: 2, entity_type: 'contacts', has_more: false });
  t.match(items[0], { name: 'Иван Петров', fields: { phone: '+79001234567' }, _embedded: { tags: [{ name: 'бот' }] } });
  t.equal(answer.body.output_var, 'search_results');
  t.match(readsOf(service.sandbox, 'contacts'), [/query=Иван&limit=50&page=1/]);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('leads and companies are searched when they are asked for', async (t) => {
  const service = await startService(t);
  t.strictSame(itemsOf(await search(service, { query: 'Заявка', entity_type: 'leads' })), ['leads 67891']);
  t.strictSame(itemsOf(await search(service, { query: 'гусев', entity_type: 'companies' })), ['companies 33002']);
});

t.test('all asks each of them at once, and each item says what it is', async (t) => {
  const service = await startService(t);
  const answer = await search(service, { query: 'кофейн', entity_type: 'all' });
  t.strictSame(itemsOf(answer), ['leads 67890', 'companies 33001']);
  t.match(answer.body.result, { count: 2, entity_type: 'all', has_more: false });
  t.equal(service.sandbox.requests.length, 3);
});

t.test('what is searched may be called entity, in the singular; the answer has the plural', async (t) => {
  const service = await startService(t);
  for (const given of [{ entity: 'company' }, { entity_type: 'company' }, { entity: 'companies', entity_type: '' }]) {
    const answer = await search(service, { query: 'гусев', ...given });
    t.strictSame(itemsOf(answer), ['companies 33002']);
    t.equal(answer.body.result.entity_type, 'companies');
  }
});

t.test('the limit is for each type, and one that has more is enough', async (t) => {
  const service = await startService(t);
  for (const name of ['Гусев 1', 'Гусев 2']) plantContact(service.sandbox, { name });
  const answer = await search(service, { query: 'Гусев', entity_type: 'all', limit: '2' });
  const types = itemsOf(answer).map((item) => item.split(' ')[0]);
  t.strictSame(types, ['contacts', 'contacts', 'leads', 'companies']);
  t.match(answer.body.result, { count: 4, has_more: true });
});

t.test('pages go on until there are no more', async (t) => {
  const service = await startService(t);
  const planted = Array.from({ length: 5 }, (_, n) => plantContact(service.sandbox, { name: `Гость ${n}` }));
  const pages = await Promise.all([1, 2, '3', 4].map((page) => search(service, { query: 'Гость', limit: 2, page })));
  t.strictSame(
    pages.map(({ body }) => body.result.has_more),
    [true, true, false, false],
  );
  t.strictSame(
    pages.flatMap(itemsOf),
    planted.map((id) => `contacts ${id}`),
  );
  t.match(pages[3]?.body.result, { items: [], count: 0 });
});

t.test('a full last page promises a further one, which is empty', async (t) => {
  const service = await startService(t);
  for (let n = 0; n < 2; n += 1) plantContact(service.sandbox, { name: `Гость ${n}` });
  t.match((await search(service, { query: 'Гость', limit: 2 })).body.result, { count: 2, has_more: true });
  t.match((await search(service, { query: 'Гость', limit: 2, page: 2 })).body.result, { count: 0, has_more: false });
});

t.test('nothing found is a success', async (t) => {
  const service = await startService(t);
  const { status, body } = await search(service, { query: 'Аристарх', entity_type: 'all' });
  t.strictSame(
    { status, result: body.result },
    {
      status: 200,
      result: { success: true, items: [], count: 0, entity_type: 'all', has_more: false },
    },
  );
});

t.test('what amoCRM cannot answer for one type fails as a whole', async (t) => {
  const service = await startService(t);
  service.sandbox.faults.add({ path: '/api/v4/companies', action: { kind: 'status', status: 403 } });
  const answer = await search(service, { query: 'Гусев', entity_type: 'all' });
  t.strictSame(failureOf(answer), [502, 'AMOCRM_FORBIDDEN']);
  t.equal(answer.body.context.__step_error__, 'AmoCRM универсальный поиск: недостаточно прав');
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{}, 'params.query'],
    [{ query: '' }, 'params.query'],
    [{ query: null }, 'params.query'],
    [{ query: ' ' }, 'params.query'],
    [{ query: 'x', entity_type: 'customers' }, 'params.entity_type'],
    [{ query: 'x', limit: 0 }, 'params.limit'],
    [{ query: 'x', limit: 251 }, 'params.limit'],
    [{ query: 'x', limit: '1.5' }, 'params.limit'],
    [{ query: 'x', page: 0 }, 'params.page'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await search(service, params)), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const find = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> =>
  step('amocrm_find_company', params);
const nothing = { success: true, found: false, company: null, count: 0, matched_by: null };

t.test('by what the company really holds, each criterion', async (t) => {
  const service = await startService(t);
  const cases: [Record<string, unknown>, number, string][] = [
    [{ company_id: '33002' }, 33002, 'company_id'],
    [{ phone: '8 (812) 555-01-10' }, 33001, 'phone'],
    [{ email: ' OFFICE@polar-tech.example' }, 33003, 'email'],
    [{ name: 'ип гусев а. в.' }, 33002, 'name'],
    [{ query: 'Полярные' }, 33003, 'query'],
  ];
  for (const [params, id, matched_by] of cases) {
    const { status, body } = await find(service, params);
    t.match(
      { status, ...body.result },
      { status: 200, found: true, count: 1, matched_by, company: { id } },
      matched_by,
    );
  }
  t.strictSame(readsOf(service.sandbox, 'companies'), [
    'limit=250&filter[id][]=33002',
    'query=8125550110&limit=250&order[id]=asc',
    'query=OFFICE@polar-tech.example&limit=250&order[id]=asc',
    'query=ип гусев а. в.&limit=250&order[id]=asc',
    'query=Полярные&limit=250',
  ]);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('the first criterion that finds one wins', async (t) => {
  const service = await startService(t);
  const { body } = await find(service, { company_id: 404, name: 'Нет такой', phone: '+78125550110', query: 'Гусев' });
  t.match(body.result, { found: true, company: { id: 33001 }, matched_by: 'phone' });
});

t.test('a part of a name is no match, the same name twice is counted', async (t) => {
  const service = await startService(t);
  t.strictSame((await find(service, { name: 'Кофейня' })).body.result, nothing);
  const model = service.sandbox.store.companies.get(33002);
  if (model === undefined) return t.fail('the sandbox has no company 33002');
  service.sandbox.store.companies.add({ ...structuredClone(model), id: 33999 });
  t.match((await find(service, { name: model.name })).body.result, { count: 2, company: { id: 33002 } });
});

t.test('nothing found is a success; a hit that does not hold the value is none', async (t) => {
  const service = await startService(t);
  for (const params of [
    { company_id: 404 },
    { phone: '5550110' },
    { email: 'coffee.example' },
    { query: 'нет такой' },
  ]) {
    const { status, body } = await find(service, params);
    t.strictSame({ status, result: body.result }, { status: 200, result: nothing });
  }
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{}, 'params'],
    [{ company_id: null, phone: '' }, 'params'],
    [{ phone: 'нет' }, 'params.phone'],
    [{ name: ' ' }, 'params.name'],
  ];
  for (const [params, path] of bad) {
    const [status, code, first] = failureOf(await find(service, params));
    t.strictSame([status, code, first], [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

t.test('a company by its id, with what is asked for', async (t) => {
  const { step, sandbox } = await startService(t);
  const { status, body } = await step('amocrm_get_company', { company_id: 33001, with: 'contacts, leads' });
  t.match(
    { status, ...body.result },
    { status: 200, company: { id: 33001, _embedded: { leads: [{ id: 67890 }, {}] } } },
  );
  t.type(body.result.company.fields.phone, 'string');
  t.strictSame(readsOf(sandbox, 'companies'), ['limit=250&with=contacts,leads&filter[id][]=33001']);
});

t.test('an absent company is not found', async (t) => {
  const { step } = await startService(t);
  const answer = await step('amocrm_get_company', { company_id: 404 });
  t.strictSame(failureOf(answer), [404, 'ENTITY_NOT_FOUND', 'params.company_id']);
});

t.test('companies by name, those of one user, those of a branch', async (t) => {
  const { step, sandbox } = await startService(t, { sandbox: { filterAddon: true } });
  const all = await step('amocrm_list_companies', { order: { name: 'desc' } });
  const names = all.body.result.companies.map(({ name }: { name: string }) => name);
  t.strictSame(names, [...names].sort().reverse());
  const one = await step('amocrm_list_companies', {
    query: 'Зерно',
    responsible_user: 'bot@severny-veter.example',
    filter: { custom_fields_values: { INDUSTRY: 'Кафе' } },
  });
  t.equal(one.status, 200);
  t.match(
    readsOf(sandbox, 'companies')[1],
    /^query=Зерно&filter\[responsible_user_id\]\[\]=8000001&filter\[custom_fields_values\]\[323462\]\[\]=101&limit/,
  );
});

t.test('without the add-on a filter is refused', async (t) => {
  const { step } = await startService(t);
  const answer = await step('amocrm_list_companies', { filter: { name: 'Зерно' } });
  t.strictSame(failureOf(answer), [422, 'FILTERS_UNAVAILABLE', 'params.filter.name']);
});

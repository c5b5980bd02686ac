import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const update = ({ step }: Service, params: Record<string, unknown>) =>
  step('amocrm_update_company', { company_id: 33001, ...params });
const sent = ({ sandbox }: Service) => itemsSent(sandbox, 'companies', 'PATCH');

for (const place of ['update_data', 'beside it'] as const) {
  t.test(`what differs is changed, the rest is kept (${place})`, async (t) => {
    const service = await startService(t);
    const own = { name: 'Кофейня', responsible_user: 'korneev@severny-veter.example', tags: ['постоянный', 'VIP'] };
    const fields = { phone: '+78125550199', website: 'https://new.example' };
    const industry = { INDUSTRY: 'Торговля' };
    const keys = { ...own, ...fields, notes: 'Переехали' };
    const params =
      place === 'update_data' ? { update_data: { ...keys, ...industry } } : { ...keys, custom_fields: industry };
    const { status, body } = await update(service, params);
    t.equal(status, 200, JSON.stringify(body));
    t.strictSame(sent(service), [
      {
        id: 33001,
        name: 'Кофейня',
        responsible_user_id: 8000003,
        tags_to_add: [{ name: 'VIP' }],
        custom_fields_values: [
          {
            field_code: 'PHONE',
            values: [
              { value: '+78125550199', enum_code: 'WORK' },
              { value: '+7 812 555-01-10', enum_code: 'WORK' },
            ],
          },
          { field_code: 'WEB', values: [{ value: 'https://new.example' }] },
          { field_id: 323462, values: [{ enum_id: 102 }] },
        ],
      },
    ]);
    t.match(itemsSent(service.sandbox, 'companies/notes'), [{ entity_id: 33001, params: { text: 'Переехали' } }]);
    const { company, updated_fields, ...result } = body.result;
    t.match(result, { company_id: 33001, updated: true, note_id: Number });
    t.same(
      [...updated_fields].sort(),
      ['INDUSTRY', 'name', 'notes', 'phone', 'responsible_user', 'tags', 'website'].sort(),
    );
    t.match(company.fields, { phone: '+78125550199', website: 'https://new.example', Отрасль: 'Торговля' });
    t.match(service.sandbox.store.companies.get(33001), { name: 'Кофейня', responsible_user_id: 8000003 });
  });
}

t.test('what is so already is not sent', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, { website: 'https://liteiny-coffee.example', phone: '88125550110' });
  t.match(body.result, { updated: false, updated_fields: [], company: { id: 33001 } });
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('the website is one value, and null clears it', async (t) => {
  const service = await startService(t);
  await update(service, { update_data: { website: null } });
  t.strictSame(sent(service), [{ id: 33001, custom_fields_values: [{ field_code: 'WEB', values: null }] }]);
});

t.test('a company that does not exist, and nothing to change', async (t) => {
  const service = await startService(t);
  t.strictSame(failureOf(await update(service, { company_id: 12345, name: 'Нет' })), [
    404,
    'ENTITY_NOT_FOUND',
    'params.company_id',
  ]);
  t.strictSame(failureOf(await update(service, {}))[1], 'INVALID_REQUEST');
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('an update in doubt is read, and sent again only where it was not carried out', async (t) => {
  for (const [action, times] of [
    [{ kind: 'drop' }, 2],
    [{ kind: 'after', next: { kind: 'drop' } }, 1],
  ] as const) {
    const service = await startService(t, { clock: createUnhurriedClock(50) });
    service.sandbox.faults.add({ method: 'PATCH', action });
    t.match((await update(service, { name: 'Новая' })).body.result, { updated: true, updated_fields: ['name'] });
    t.equal(sent(service).length, times);
    t.match(service.sandbox.store.companies.get(33001), { name: 'Новая' });
  }
});

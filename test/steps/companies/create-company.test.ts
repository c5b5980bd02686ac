import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';

const create = ({ step }: Service, params: Record<string, unknown>) =>
  step('amocrm_create_company', { name: 'ООО «Заря»', ...params });

t.test('a company is created with everything that was given', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    phone: '+7 812 555-01-10',
    email: 'zarya@example.com',
    website: 'https://zarya.example.com',
    custom_fields: { отрасль: 'ИТ', Сотрудников: 12 },
    tags: ['бот'],
    responsible_user: 'Ольга Лебедева',
  });
  t.equal(status, 200, JSON.stringify(body));
  t.strictSame(itemsSent(service.sandbox, 'companies'), [
    {
      name: 'ООО «Заря»',
      responsible_user_id: 8000002,
      custom_fields_values: [
        { field_code: 'PHONE', values: [{ value: '+7 812 555-01-10', enum_code: 'WORK' }] },
        { field_code: 'EMAIL', values: [{ value: 'zarya@example.com', enum_code: 'WORK' }] },
        { field_code: 'WEB', values: [{ value: 'https://zarya.example.com' }] },
        { field_id: 323462, values: [{ enum_id: 103 }] },
        { field_id: 323463, values: [{ value: '12' }] },
      ],
      _embedded: { tags: [{ name: 'бот' }] },
    },
  ]);
  const { company_id, company } = body.result;
  t.equal(body.output_var, 'created_company');
  t.match(company, { id: company_id, name: 'ООО «Заря»', responsible_user_id: 8000002 });
  t.strictSame(company.fields, {
    phone: '+7 812 555-01-10',
    email: 'zarya@example.com',
    website: 'https://zarya.example.com',
    Отрасль: 'ИТ',
    Сотрудников: 12,
  });
  t.match(service.sandbox.store.companies.get(company_id), { name: 'ООО «Заря»', responsible_user_id: 8000002 });
});

t.test('a name is enough, and phone, e-mail and website need no list of fields', async (t) => {
  const service = await startService(t);
  t.match((await create(service, {})).body.result.company, { name: 'ООО «Заря»', custom_fields_values: null });
  await create(service, { phone: '8 812 5550110', email: 'a@b.c', website: 'zarya.example.com' });
  t.strictSame(readsOf(service.sandbox, 'companies/custom_fields'), []);
  t.match(itemsSent(service.sandbox, 'companies'), [{ name: 'ООО «Заря»' }, { name: 'ООО «Заря»' }]);
});

t.test('faults of names and fields are told together, and nothing is sent', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    custom_fields: { отрасль: 'Космос', нет: 1 },
    responsible_user: 'Лебедева',
  });
  t.match(
    { status, ...body },
    {
      status: 422,
      code: 'UNKNOWN_OPTION',
      errors: [
        { path: 'params.custom_fields.отрасль' },
        { path: 'params.custom_fields.нет' },
        { path: 'params.responsible_user' },
      ],
      context: { __step_error__: /^AmoCRM создание компании: / },
    },
  );
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('the website given twice is refused, in whatever words', async (t) => {
  const service = await startService(t);
  for (const key of ['WEB', 'web', '323460']) {
    const { status, body } = await create(service, { website: 'a.example', custom_fields: { [key]: 'b.example' } });
    t.match({ status, ...body }, { status: 400, errors: [{ path: 'params.website' }, { path: /custom_fields/ }] }, key);
  }
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('a name is needed', async (t) => {
  const service = await startService(t);
  for (const name of [null, '', '  ']) {
    t.strictSame(failureOf(await create(service, { name })), [400, 'INVALID_REQUEST', 'params.name'], `${name}`);
  }
  t.strictSame(service.sandbox.requests, []);
});

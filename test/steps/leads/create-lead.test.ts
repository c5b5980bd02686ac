import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, plantContact, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';
import { timeTravel } from '../../fixtures/time.ts';

const create = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> =>
  step('amocrm_create_lead', { name: 'Заявка', ...params });

t.test('a lead is created with everything that was given, linked to contact and company', async (t) => {
  const service = await startService(t);
  const { status, body } = await service.step('amocrm_create_lead', {
    name: 'Важная сделка',
    price: '150000',
    contact_id: '12345',
    company_id: 33001,
    pipeline_id: 7202,
    status_id: 7213,
    responsible_user_id: 8000002,
    tags: ['бот'],
    custom_fields: { SOURCE: 'Telegram', BUDGET: 150000, 'Срок сдачи': '2024-12-31' },
  });
  t.equal(status, 200);
  const sent = {
    name: 'Важная сделка',
    price: 150000,
    pipeline_id: 7202,
    status_id: 7213,
    responsible_user_id: 8000002,
    _embedded: { tags: [{ name: 'бот' }], contacts: [{ id: 12345, is_main: true }], companies: [{ id: 33001 }] },
  };
  t.strictSame(itemsSent(service.sandbox, 'leads'), [
    {
      ...sent,
      custom_fields_values: [
        { field_id: 223460, values: [{ enum_id: 71 }] },
        { field_id: 223461, values: [{ value: '150000' }] },
        { field_id: 223463, values: [{ value: Date.parse('2024-12-31T00:00:00+03:00') / 1000 }] },
      ],
    },
  ]);
  const { lead_id, lead } = body.result;
  t.match(body.result, { success: true, lead_id: Number });
  t.match(lead, { ...sent, id: lead_id, fields: { Источник: 'Telegram', Бюджет: 150000, 'Срок сдачи': '2024-12-31' } });
  t.equal(body.output_var, 'created_lead');
  t.match(service.sandbox.store.leads.get(lead_id), { price: 150000, status_id: 7213 });
  const linked = service.sandbox.store.links.of({ kind: 'leads', id: lead_id });
  t.match(linked, [
    { kind: 'contacts', id: 12345, is_main: true },
    { kind: 'companies', id: 33001 },
  ]);
});

t.test('a name is enough', async (t) => {
  const service = await startService(t);
  const { body } = await create(service, { name: 'Заявка', price: 0, contact_id: null, custom_fields: {}, tags: [] });
  t.strictSame(itemsSent(service.sandbox, 'leads'), [{ name: 'Заявка', price: 0 }]);
  t.match(body.result.lead, { name: 'Заявка', custom_fields_values: null, fields: {} });
});

for (const unknownLinks of ['refuse', 'accept'] as const) {
  t.test(`where amoCRM would ${unknownLinks} unknown links`, async (t) => {
    t.test('a contact or company that does not exist is 404 with the param named', async (t) => {
      const service = await startService(t, { sandbox: { unknownLinks } });
      for (const param of ['contact_id', 'company_id']) {
        const { status, body } = await create(service, { [param]: 999_999 });
        t.match(
          { status, ...body },
          {
            status: 404,
            code: 'ENTITY_NOT_FOUND',
            errors: [{ path: `params.${param}`, message: /999999/ }],
            context: { __step_error__: 'AmoCRM создание сделки: объект не найден' },
          },
        );
        t.equal(body.errors.length, 1);
      }
      t.equal((await create(service, { contact_id: 12357 })).status, 404, 'a deleted contact');
      t.equal((await create(service, { company_id: 12345 })).status, 404, 'the id of a contact');
      t.strictSame(writesTo(service.sandbox), []);
    });

    t.test('both are named when both are missing', async (t) => {
      const service = await startService(t, { sandbox: { unknownLinks } });
      const { status, body } = await create(service, { company_id: 999_998, contact_id: 999_999 });
      t.match(
        { status, ...body },
        { status: 404, errors: [{ path: 'params.company_id' }, { path: 'params.contact_id' }] },
      );
      t.strictSame(writesTo(service.sandbox), []);
    });
  });
}

t.test('amoCRM’s own refusal of a link is the same 404', async (t) => {
  const service = await startService(t);
  const id = plantContact(service.sandbox, {});
  t.equal((await create(service, { contact_id: id })).status, 200);
  service.sandbox.store.bin('contacts', id);
  const { status, body } = await create(service, { contact_id: id });
  t.strictSame(failureOf({ status, body }), [404, 'ENTITY_NOT_FOUND', 'params.contact_id']);
});

t.test('missing links and faulty fields are told together, in the order of the document', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, { contact_id: 999_999, custom_fields: { BUDGET: '1 000' } });
  t.match(
    { status, ...body },
    {
      status: 404,
      errors: [{ path: 'params.contact_id' }, { path: 'params.custom_fields.BUDGET' }],
    },
  );
});

t.test('ids that were read or written lately are not asked for again', async (t) => {
  const { clock, wait } = timeTravel();
  const service = await startService(t, { clock });
  const { sandbox, step } = service;
  const created = await step('amocrm_create_contact', { name: 'Пётр' });
  await step('amocrm_find_contact', { phone: '+79001234567' });
  await step('amocrm_search', { query: 'Кофейня', entity_type: 'companies' });
  const asked = readsOf(sandbox, 'contacts').length + readsOf(sandbox, 'companies').length;
  for (const contact_id of [created.body.result.contact_id, 12346, 12346]) {
    t.equal((await create(service, { contact_id, company_id: 33001 })).status, 200);
  }
  t.equal(readsOf(sandbox, 'contacts').length + readsOf(sandbox, 'companies').length, asked);
  wait(15 * 60 + 1);
  await create(service, { contact_id: 12346 });
  t.strictSame(readsOf(sandbox, 'contacts').length + readsOf(sandbox, 'companies').length, asked + 1);
});

t.test('one shared read checks the ids of concurrent steps', async (t) => {
  const service = await startService(t, { env: { AMO_RATE_LIMIT: '2' } });
  const ids = [12345, 12346, 12347, 12348, 999_999];
  const answers = await Promise.all(ids.map((contact_id) => create(service, { contact_id })));
  t.strictSame(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 404],
  );
  const reads = readsOf(service.sandbox, 'contacts');
  t.ok(reads.length < ids.length, `${reads.length} reads`);
  t.ok(reads.every((read) => /filter\[id\]\[\]=\d+/.test(read)));
});

t.test('a status outside the pipeline is refused in the caller’s name', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, { pipeline_id: 1, status_id: 7213, responsible_user_id: 999 });
  t.match(
    { status, ...body },
    {
      status: 422,
      code: 'AMOCRM_REJECTED',
      errors: [{ path: 'params.status_id' }, { path: 'params.responsible_user_id' }],
      context: { __step_error__: 'AmoCRM создание сделки: данные не прошли проверку' },
    },
  );
  t.match((await create(service, { pipeline_id: 99 })).body, { errors: [{ path: 'params.pipeline_id' }] });
});

t.test('names and values of custom fields are judged before anything is sent', async (t) => {
  const service = await startService(t);
  const refused: [Record<string, unknown>, string][] = [
    [{ Бюжет: 5 }, 'UNKNOWN_FIELD'],
    [{ SOURCE: 'Факс' }, 'UNKNOWN_OPTION'],
    [{ BUDGET: 'много' }, 'INVALID_FIELD_VALUE'],
    [{ TWIN: 'x' }, 'AMBIGUOUS_FIELD'],
  ];
  for (const id of [900_001, 900_002]) service.sandbox.store.addField('leads', { id, name: 'Twin', type: 'text' });
  for (const [custom_fields, code] of refused) {
    const path = `params.custom_fields.${Object.keys(custom_fields)[0]}`;
    const { status, body } = await create(service, { custom_fields });
    t.match({ status, ...body }, { status: 422, code, errors: [{ path }] });
  }
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{ name: null }, 'params.name'],
    [{ name: '' }, 'params.name'],
    [{ price: -1 }, 'params.price'],
    [{ price: 10.5 }, 'params.price'],
    [{ price: '10.5' }, 'params.price'],
    [{ price: '1 000' }, 'params.price'],
    [{ price: true }, 'params.price'],
    [{ contact_id: 0 }, 'params.contact_id'],
    [{ contact_id: 'abc' }, 'params.contact_id'],
    [{ status_id: 1.5 }, 'params.status_id'],
    [{ custom_fields: 'x' }, 'params.custom_fields'],
  ];
  for (const [params, path] of bad) {
    const { status, body } = await create(service, params);
    t.strictSame(failureOf({ status, body }), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('an emoji that was cut in two does not cost the lead', async (t) => {
  const { step, sandbox } = await startService(t);
  const { status, body } = await step(
    'amocrm_create_lead',
    { name: '{text}', tags: ['a\ud83d'] },
    { context: { text: 'Да \ud83d' } },
  );
  t.equal(status, 200, JSON.stringify(body));
  t.match(itemsSent(sandbox, 'leads')[0], { name: 'Да \ufffd', _embedded: { tags: [{ name: 'a\ufffd' }] } });
  t.equal(body.context.text, 'Да \ud83d', 'the context is the bot’s own');
});

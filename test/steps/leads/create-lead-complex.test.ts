import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { type Overrides, type Service, startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const create = ({ step }: Pick<Service, 'step'>, params: Record<string, unknown>) =>
  step('amocrm_create_lead_complex', { name: 'Заявка', ...params });
const sent = ({ sandbox }: Pick<Service, 'sandbox'>) => itemsSent(sandbox, 'leads/complex');
const less: Overrides = { sandbox: { complexKeeps: 'less' } };
const contact = { name: 'Пётр', phone: '+79001112233' };

t.test('a lead is made with a new contact and a new company in one call', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    price: 5000,
    pipeline: 'Продажи',
    status: 'Первичный контакт',
    custom_fields: { SOURCE: 'Telegram' },
    contact: { ...contact, tags: ['бот'], custom_fields: { SOURCE: 'Telegram' } },
    company: { name: 'ООО «Заря»', website: 'https://zarya.example' },
  });
  t.equal(status, 200, JSON.stringify(body));
  t.strictSame(sent(service), [
    {
      name: 'Заявка',
      price: 5000,
      pipeline_id: 1,
      status_id: 1002,
      custom_fields_values: [{ field_id: 223460, values: [{ enum_id: 71 }] }],
      _embedded: {
        contacts: [
          {
            name: 'Пётр',
            _embedded: { tags: [{ name: 'бот' }] },
            custom_fields_values: [
              { field_code: 'PHONE', values: [{ value: '+79001112233', enum_code: 'WORK' }] },
              { field_id: 123460, values: [{ enum_id: 1 }] },
            ],
          },
        ],
        companies: [
          {
            name: 'ООО «Заря»',
            custom_fields_values: [{ field_code: 'WEB', values: [{ value: 'https://zarya.example' }] }],
          },
        ],
      },
    },
  ]);
  const { lead_id, contact_id, company_id, merged, lead } = body.result;
  const { store } = service.sandbox;
  t.match(store.contacts.get(contact_id), { name: 'Пётр' });
  t.match(store.companies.get(company_id), { name: 'ООО «Заря»' });
  t.equal(merged, false);
  t.match(lead, {
    id: lead_id,
    price: 5000,
    fields: { Источник: 'Telegram' },
    _embedded: { contacts: [{ id: contact_id }], companies: [{ id: company_id }] },
  });
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('a contact and a company that are there are checked first', async (t) => {
  const service = await startService(t);
  const { body } = await create(service, { contact_id: 999_999, company_id: 999_998 });
  t.match(body, { code: 'ENTITY_NOT_FOUND', errors: [{ path: 'params.contact_id' }, { path: 'params.company_id' }] });
  t.strictSame(writesTo(service.sandbox), []);
});

for (const overrides of [{}, less]) {
  const what = overrides === less ? 'where amoCRM leaves it out of such a call' : 'where amoCRM would take it';
  t.test(`a company that is there is linked afterwards, to the new contact too (${what})`, async (t) => {
    const service = await startService(t, overrides);
    const { body } = await create(service, { contact, company_id: 33001 });
    const { lead_id, contact_id, company_id } = body.result;
    t.equal(company_id, 33001);
    t.strictSame(Object.keys(sent(service)[0]._embedded), ['contacts']);
    const { links } = service.sandbox.store;
    const companiesOf = (kind: 'leads' | 'contacts', id: number) =>
      links
        .of({ kind, id })
        .filter((link) => link.kind === 'companies')
        .map(({ id }) => id);
    t.strictSame(companiesOf('leads', lead_id), [33001]);
    t.strictSame(companiesOf('contacts', contact_id), [33001]);
  });

  t.test(`all tags are there in the end (${what})`, async (t) => {
    const service = await startService(t, overrides);
    const { body } = await create(service, { tags: ['один', 'два', 'три'], contact: { ...contact, tags: ['а', 'б'] } });
    const { store } = service.sandbox;
    const tagsOf = (kind: 'leads' | 'contacts', id: number) =>
      store[kind]
        .get(id)
        ?.tags.map((tag) => store.tags[kind].get(tag)?.name)
        .sort();
    t.strictSame(tagsOf('leads', body.result.lead_id), ['два', 'один', 'три']);
    t.strictSame(tagsOf('contacts', body.result.contact_id), ['а', 'б']);
    const patches = itemsSent(service.sandbox, 'leads', 'PATCH').map(({ tags_to_add }) => tags_to_add);
    t.strictSame(patches, overrides === less ? [[{ name: 'два' }, { name: 'три' }]] : []);
  });
}

t.test('a contact that is there keeps its own company', async (t) => {
  const service = await startService(t, less);
  const before = service.sandbox.store.links.of({ kind: 'contacts', id: 12345 });
  const { body } = await create(service, { contact_id: 12345, company_id: 33002 });
  t.match(body.result, { contact_id: 12345, company_id: 33002 });
  const companies = service.sandbox.store.links
    .of({ kind: 'contacts', id: 12345 })
    .filter(({ kind }) => kind === 'companies');
  t.strictSame(
    companies,
    before.filter(({ kind }) => kind === 'companies'),
  );
});

t.test('a name is enough', async (t) => {
  const service = await startService(t);
  const { body } = await create(service, { contact: null, company: '' });
  t.strictSame(sent(service), [{ name: 'Заявка' }]);
  t.match(body.result, { contact_id: null, company_id: null, merged: false });
});

t.test('faults of all three are told together, in the caller’s names', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    status: 'Нет такого',
    contact: { name: 'Пётр', custom_fields: { SOURCE: 'Факс' } },
    company: { name: 'ООО', responsible_user: 'Никто' },
  });
  t.equal(status, 422);
  t.strictSame(
    body.errors.map(({ path }: { path: string }) => path),
    ['params.status', 'params.contact.custom_fields.SOURCE', 'params.company.responsible_user'],
  );
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('what amoCRM refuses is told at its place', async (t) => {
  const service = await startService(t);
  const failure = failureOf(await create(service, { contact: { name: 'Пётр', responsible_user_id: 999 } }));
  t.strictSame(failure, [422, 'AMOCRM_REJECTED', 'params.contact.responsible_user_id']);
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{ contact: { phone: '+79001112233' } }, 'params.contact'],
    [{ contact: { name: 'Пётр', nope: 1 } }, 'params.contact.nope'],
    [{ contact: {}, contact_id: 12345 }, 'params.contact'],
    [{ contact, contact_id: 12345 }, 'params.contact_id'],
    [{ company: { name: '' } }, 'params.company.name'],
    [{ company: { name: 'ООО' }, company_id: 33001 }, 'params.company_id'],
  ];
  for (const [params, path] of bad) {
    const [status, code, first] = failureOf(await create(service, params));
    t.strictSame([status, code, first], [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('more than forty custom fields are refused before they are sent', async (t) => {
  const service = await startService(t);
  const { store } = service.sandbox;
  const ids = Array.from({ length: 41 }, (_, index) => 900_001 + index);
  for (const id of ids) store.addField('contacts', { id, name: `Поле ${id}`, type: 'text' });
  const custom_fields = Object.fromEntries(ids.map((id) => [id, 'x']));
  const failure = failureOf(await create(service, { contact: { name: 'Пётр', custom_fields } }));
  t.strictSame(failure, [400, 'INVALID_REQUEST', 'params.contact.custom_fields']);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('a hundred at once go out in calls of fifty at most, and each gets its own', async (t) => {
  const service = await startService(t, { env: { AMO_BATCH_SIZE: '250' } });
  const { sandbox } = service;
  const names = Array.from({ length: 100 }, (_, index) => `Один из ста ${index}`);
  const answers = await Promise.all(names.map((name) => create(service, { name, contact: { name } })));
  for (const [index, { status, body }] of answers.entries()) {
    t.equal(status, 200);
    t.equal(sandbox.store.leads.get(body.result.lead_id)?.name, names[index]);
    t.equal(sandbox.store.contacts.get(body.result.contact_id)?.name, names[index]);
  }
  const sizes = writesTo(sandbox).map(({ body }) => Object(body).length);
  t.ok(sizes.length <= 6 && sizes.every((size) => size <= 50), sizes.join());
});

const committed = [
  ['reset after it was stored', { kind: 'after', next: { kind: 'drop' } }],
  ['answered 504 after it was stored', { kind: 'after', next: { kind: 'status', status: 504, body: 'html' } }],
  ['answered 502 after it was stored', { kind: 'after', next: { kind: 'status', status: 502, body: 'html' } }],
  ['answered with a cut body', { kind: 'cut', bytes: 30 }],
] as const;
for (const [how, action] of committed) {
  t.test(`one that was ${how} is found with its contact, and not repeated`, async (t) => {
    const service = await startService(t, { clock: createUnhurriedClock(50) });
    const { sandbox } = service;
    sandbox.faults.add({ method: 'POST', action });
    const company = { name: 'ООО «Единственная»', website: 'a.example' };
    const { status, body } = await create(service, { name: 'Единственная', tags: ['бот'], contact, company });
    t.equal(status, 200, JSON.stringify(body));
    const leads = [...sandbox.store.leads.values()].filter(({ name }) => name === 'Единственная');
    t.strictSame(
      leads.map(({ id }) => id),
      [body.result.lead_id],
    );
    t.equal(sandbox.store.contacts.get(body.result.contact_id)?.name, 'Пётр');
    t.equal(sandbox.store.companies.get(body.result.company_id)?.name, 'ООО «Единственная»');
    t.equal(sandbox.requests.filter(({ method }) => method === 'POST').length, 1);
  });
}

t.test('those that differ in their contacts alone get their own each', async (t) => {
  const service = await startService(t, { clock: createUnhurriedClock(50) });
  const { sandbox } = service;
  sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'drop' } } });
  const names = ['Анна', 'Борис', 'Вера'];
  const answers = await Promise.all(names.map((name) => create(service, { name: 'Близнец', contact: { name } })));
  const found = answers.map(({ body }) => sandbox.store.contacts.get(body.result.contact_id)?.name);
  t.strictSame(found, names);
  t.equal(new Set(answers.map(({ body }) => body.result.lead_id)).size, 3);
});

t.test('a lead of the same name with another contact is not taken for ours', async (t) => {
  const service = await startService(t, { clock: createUnhurriedClock(50), env: { AMO_TIMEOUT_MS: '150' } });
  const { sandbox } = service;
  const other = { name: 'Близнец', _embedded: { contacts: [{ name: 'Павел' }] } };
  const response = await fetch(`${sandbox.url}/api/v4/leads/complex`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
    body: JSON.stringify([other]),
  });
  t.equal(response.status, 200);
  sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  const answer = await create(service, { name: 'Близнец', contact });
  t.match(answer, { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
});

t.test('an equal lead of the other step is nobody else’s', async (t) => {
  const service = await startService(t, { clock: createUnhurriedClock(50), env: { AMO_TIMEOUT_MS: '150' } });
  const plain = await service.step('amocrm_create_lead', { name: 'Близнец' });
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'hang' } });
  t.match(await create(service, { name: 'Близнец' }), { body: { code: 'OUTCOME_UNKNOWN' } }, String(plain.status));
});

t.test('one that was dropped before it was stored is sent once more', async (t) => {
  const service = await startService(t, { clock: createUnhurriedClock(50) });
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'drop' } });
  const { body } = await create(service, { name: 'Второй раз', contact });
  t.equal(service.sandbox.store.leads.get(body.result.lead_id)?.name, 'Второй раз');
  t.equal(sent(service).length, 2);
});

t.test('under its key it goes on where it stopped, after a crash too', async (t) => {
  const service = await startKeyed(t, {
    env: { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '1500' },
    sandbox: { complexKeeps: 'less' },
  });
  const { sandbox } = service;
  const params = { name: 'Под ключом', tags: ['один', 'два'], contact, company_id: 33001 };
  const send = () => service.step('amocrm_create_lead_complex', params, 'k');
  sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/complex', action: { kind: 'late' } });
  t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
  await service.crash();
  await sandbox.waiting.release();
  const forbidden = { kind: 'status', status: 403, body: 'problem' } as const;
  sandbox.faults.add({ method: 'PATCH', path: '/api/v4/leads', action: forbidden });
  const stopped = await send();
  const [lead] = [...sandbox.store.leads.values()].filter(({ name }) => name === 'Под ключом');
  t.match(stopped, {
    status: 502,
    body: { code: 'AMOCRM_FORBIDDEN', written: [{ entity_type: 'leads', id: lead?.id }] },
  });
  const { status, body, text } = await send();
  t.equal(status, 200, text);
  t.match(body.result, { lead_id: lead?.id, company_id: 33001, merged: false });
  t.equal((await send()).text, text);
  t.equal(sent(service).length, 1);
  t.equal(lead?.tags.length, 2);
  const linked = sandbox.store.links.of({ kind: 'leads', id: lead?.id ?? 0 });
  t.match(linked, [
    { kind: 'contacts', id: body.result.contact_id },
    { kind: 'companies', id: 33001 },
  ]);
});

/** Answers the next call as amoCRM does where its control of duplicates is on. */
function merge({ sandbox }: Service, ...items: object[]): void {
  const path = '/api/v4/leads/complex';
  sandbox.faults.add({ method: 'POST', path, action: { kind: 'status', status: 200, body: items } });
}

t.test('a lead that amoCRM merged into one that was there is answered as such, and gets its tags', async (t) => {
  const service = await startService(t);
  merge(service, { id: 67890, contact_id: 12345, company_id: 33001, request_id: ['0'], merged: true });
  const { status, body } = await create(service, { contact, tags: ['бот'] });
  t.equal(status, 200);
  t.match(body.result, { lead_id: 67890, contact_id: 12345, company_id: 33001, merged: true });
  t.match(itemsSent(service.sandbox, 'leads', 'PATCH'), [{ id: 67890, tags_to_add: [{ name: 'бот' }] }]);
});

t.test('one lead may be the answer to several, and one that was made here before', async (t) => {
  const service = await startService(t);
  const first = await service.step('amocrm_create_lead', { name: 'Первая' });
  const { lead_id: id } = first.body.result;
  for (const items of [
    [{ id, contact_id: null, company_id: null, request_id: ['0', '1'], merged: true }],
    [
      { id, contact_id: null, company_id: null, request_id: ['1'], merged: true },
      { id, contact_id: null, company_id: null, request_id: ['0'], merged: true },
    ],
    // Made of both, so that it was there for the second.
    [{ id: 5_000_000, contact_id: null, company_id: null, request_id: ['0', '1'], merged: false }],
  ]) {
    merge(service, ...items);
    const answers = await Promise.all([create(service, {}), create(service, {})]);
    for (const { status, body } of answers) {
      t.equal(status, 200, JSON.stringify(body));
      t.match(body.result, { lead_id: items[0]?.id, merged: true });
    }
  }
});

for (const [what, item] of [
  ['an id that cannot be', { id: 0, request_id: ['0'] }],
  ['another request', { id: 67890, request_id: ['7'] }],
  ['no request', { id: 67890 }],
] as const) {
  t.test(`an answer with ${what} leaves it in doubt`, async (t) => {
    const service = await startService(t, { clock: createUnhurriedClock(50) });
    merge(service, { contact_id: null, company_id: null, merged: false, ...item });
    t.match(await create(service, {}), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    t.equal(sent(service).length, 1);
  });
}

t.test('a dry run shows the calls, and what is made has ids that other steps can use', async (t) => {
  const { app, sandbox } = await startService(t);
  const steps = [
    {
      id: 'lead',
      type: 'amocrm_create_lead_complex',
      params: { name: 'Проба', tags: ['один', 'два'], contact, company_id: 33001 },
      next_step: 'note',
    },
    {
      id: 'note',
      type: 'amocrm_add_note',
      params: { entity_type: 'contacts', entity_id: '{created_lead.contact_id}', note_text: 'Новый' },
    },
  ];
  const payload = { scenario_id: 'проба', steps, context: {} };
  const answer = await app.inject({ method: 'POST', url: '/scenarios/run?dry_run=true', payload });
  t.equal(answer.statusCode, 200, answer.body);
  const { steps: shown } = answer.json();
  const [lead, note] = shown;
  t.strictSame(lead.requests.map(({ path }: { path: string }) => path).sort(), [
    '/api/v4/contacts/link',
    '/api/v4/leads/complex',
    '/api/v4/leads/link',
  ]);
  const { lead_id, contact_id, company_id } = lead.result;
  t.ok(contact_id > 2 ** 52 && lead_id > contact_id);
  t.equal(company_id, 33001);
  t.match(note.requests, [{ body: [{ entity_id: contact_id }] }]);
  t.strictSame(writesTo(sandbox), []);
});

import t from 'tap';
import { open } from './open.ts';

t.test('a lead is not moved into the unsorted stage, nor made there', async (t) => {
  const { call, refusals } = await open(t);
  t.strictSame(await refusals('POST', '/api/v4/leads', [{ status_id: 1001 }]), ['NotSupportedChoice status_id']);
  t.strictSame(await refusals('PATCH', '/api/v4/leads/67891', { status_id: 1001 }), ['NotSupportedChoice status_id']);
  t.equal((await call('PATCH', '/api/v4/leads/67897', { status_id: 1001 })).status, 200, 'it stands there already');
});

const METADATA = {
  category: 'forms',
  form_id: 123,
  form_name: 'Заявка',
  form_page: 'https://example.com',
  form_sent_at: 1_608_905_348,
};

t.test('leads/complex with metadata makes an unsorted lead, whatever its status', async (t) => {
  const { call, refusals, sandbox } = await open(t);
  const contacts = [{ first_name: 'Евгений' }];
  const lead = { name: 'С формы', status_id: 1003, pipeline_id: 1, _embedded: { metadata: METADATA, contacts } };
  const made = await call('POST', '/api/v4/leads/complex', [lead]);
  t.match(made, { status: 200, json: [{ merged: false }] });
  t.equal(sandbox.store.leads.get(made.json[0].id)?.status_id, 1001);
  const wrong = (metadata: unknown) => refusals('POST', '/api/v4/leads/complex', [{ _embedded: { metadata } }]);
  t.strictSame(await wrong({ ...METADATA, form_name: '' }), ['NotSupportedChoice _embedded.metadata.form_name']);
  t.strictSame(await wrong({ ...METADATA, category: 'chats' }), ['NotSupportedChoice _embedded.metadata.category']);
  t.strictSame(await wrong({ form_id: '1' }), ['FieldMissing _embedded.metadata.category']);
});

t.test('a text field takes 256 characters, a textarea any number', async (t) => {
  const { call, sandbox } = await open(t);
  const write = (field_id: number, length: number) =>
    call('PATCH', '/api/v4/contacts/12353', {
      custom_fields_values: [{ field_id, values: [{ value: 'ё'.repeat(length) }] }],
    });
  t.match(await write(123456, 257), {
    status: 400,
    json: {
      'validation-errors': [{ errors: [{ path: 'custom_fields_values.0.values.0.value', detail: /too long/ }] }],
    },
  });
  t.strictSame([(await write(123456, 256)).status, (await write(123461, 3000)).status], [200, 200]);
  sandbox.settings.longTexts = 'accept';
  t.equal((await write(123456, 257)).status, 200);
});

const CALL = { direction: 'inbound', duration: 1, source: 'т', phone: '+70000000000' };

t.test('a call from a number that nobody has is refused, or reported', async (t) => {
  const { call, sandbox, refusals } = await open(t);
  const errors = [{ request_id: '0', title: 'Entity not found' }];
  const nobody = await call('POST', '/api/v4/calls', [CALL]);
  t.match(nobody, { status: 400, json: { _total_items: 0, errors } });
  t.notOk('validation-errors' in nobody.json);
  const mixed = await call('POST', '/api/v4/calls', [CALL, { ...CALL, phone: '+79001234567' }]);
  t.match(mixed, { status: 200, json: { _total_items: 1, errors } });
  sandbox.settings.unknownPhone = 'report';
  t.match(await call('POST', '/api/v4/calls', [CALL]), { status: 200, json: { _total_items: 0, errors } });
  t.strictSame(await refusals('POST', '/api/v4/calls', [{ ...CALL, call_status: null, link: null }]), [
    'NotNullable link',
    'NotNullable call_status',
  ]);
});

t.test('a lead, a contact and a customer have one company', async (t) => {
  const { call, sandbox, refusals } = await open(t);
  const companies = [{ id: 33001 }, { id: 33002 }];
  t.strictSame(await refusals('POST', '/api/v4/leads', [{ _embedded: { companies } }]), [
    'FieldNotExpected _embedded.companies.1',
  ]);
  const other = [{ to_entity_type: 'companies', to_entity_id: 33002 }];
  t.strictSame(await refusals('POST', '/api/v4/contacts/12345/link', other), ['NotSupportedChoice to_entity_id']);
  const back = [{ to_entity_type: 'contacts', to_entity_id: 12345 }];
  t.strictSame(await refusals('POST', '/api/v4/companies/33002/link', back), ['NotSupportedChoice to_entity_id']);
  t.equal((await call('POST', '/api/v4/contacts/12345/link', [{ ...other[0], to_entity_id: 33001 }])).status, 200);
  const two = companies.map(({ id }) => ({ to_entity_type: 'companies', to_entity_id: id }));
  t.strictSame(await refusals('POST', '/api/v4/leads/67895/link', two), ['NotSupportedChoice to_entity_id']);
  sandbox.settings.secondCompany = 'replace';
  t.equal((await call('POST', '/api/v4/contacts/12345/link', other)).status, 200);
  const { json } = await call('GET', '/api/v4/contacts/12345');
  t.match(json._embedded.companies, [{ id: 33002 }]);
  t.equal(json._embedded.companies.length, 1);
});

t.test('unlinking what is not linked is refused, or does nothing', async (t) => {
  const { call, sandbox, refusals } = await open(t);
  const other = [{ to_entity_type: 'companies', to_entity_id: 33002 }];
  t.strictSame(await refusals('POST', '/api/v4/contacts/12345/unlink', other), ['NotSupportedChoice to_entity_id']);
  sandbox.settings.unlinkNothing = 'accept';
  t.equal((await call('POST', '/api/v4/contacts/12345/unlink', other)).status, 204);
  t.match((await call('GET', '/api/v4/contacts/12345')).json._embedded.companies, [{ id: 33001 }]);
});

t.test('closest_task_at follows the tasks', async (t) => {
  const { call } = await open(t);
  const closest = async (path: string) => (await call('GET', `/api/v4/${path}`)).json.closest_task_at;
  const task = { text: 'Позвонить', entity_id: 67890, entity_type: 'leads' };
  const made = await call('POST', '/api/v4/tasks', [
    { ...task, complete_till: 2_000_000_200 },
    { ...task, complete_till: 2_000_000_100 },
  ]);
  const [late, soon] = made.json._embedded.tasks;
  t.equal(await closest('leads/67890'), 2_000_000_100);
  await call('PATCH', `/api/v4/tasks/${soon.id}`, { is_completed: true, result: { text: 'да' } });
  t.equal(await closest('leads/67890'), 2_000_000_200);
  await call('PATCH', '/api/v4/tasks', [{ id: late.id, entity_id: 12345, entity_type: 'contacts' }]);
  t.strictSame([await closest('leads/67890'), await closest('contacts/12345')], [null, 2_000_000_200]);
  await call('PATCH', `/api/v4/tasks/${soon.id}`, { is_completed: false });
  t.equal(await closest('leads/67890'), 2_000_000_100);
});

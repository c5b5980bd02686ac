import t from 'tap';
import { open } from './open.ts';

const FORM = { form_id: 'f1', form_name: 'Заявка', form_page: 'https://example.com', form_sent_at: 1_700_000_000 };
const REQUEST = { source_name: 'Бот', source_uid: 'u-1', metadata: FORM };
const PEOPLE = {
  contacts: [
    { first_name: 'Ева', custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '+79995550000' }] }] },
  ],
};

t.test('a request is a lead in the unsorted stage with a contact that lists leave out', async (t) => {
  const { call, sandbox } = await open(t);
  const lead = {
    name: 'С сайта',
    price: 500,
    status_id: 1003,
    visitor_uid: 'v',
    _embedded: { tags: [{ name: 'сайт' }] },
  };
  const made = await call('POST', '/api/v4/leads/unsorted/forms', [
    {
      ...REQUEST,
      pipeline_id: 7202,
      request_id: 'r',
      _embedded: { leads: [lead], ...PEOPLE, companies: [{ name: 'ООО' }] },
    },
  ]);
  const [{ uid, request_id, _embedded }] = made.json._embedded.unsorted;
  t.equal(request_id, 'r');
  const id = _embedded.leads[0].id;
  t.match(sandbox.store.leads.get(id), { name: 'С сайта', price: 500, pipeline_id: 7202, status_id: 7211 });
  t.equal((await call('GET', '/api/v4/contacts?query=79995550000')).status, 204);
  t.match((await call('GET', `/api/v4/contacts/${_embedded.contacts[0].id}`)).json, { is_unsorted: true });
  t.match((await call('GET', `/api/v4/leads/unsorted/${uid}`)).json, {
    uid,
    category: 'forms',
    source_uid: 'u-1',
    pipeline_id: 7202,
    metadata: FORM,
  });

  const accepted = await call('POST', `/api/v4/leads/unsorted/${uid}/accept`, { user_id: 8000002, status_id: 7213 });
  t.match(accepted.json, { uid, category: 'forms', pipeline_id: 7202, _embedded: { leads: [{ id }] } });
  t.match(sandbox.store.leads.get(id), { status_id: 7213, responsible_user_id: 8000002 });
  t.equal((await call('GET', '/api/v4/contacts?query=79995550000')).json._embedded.contacts.length, 1);
  t.equal((await call('POST', `/api/v4/leads/unsorted/${uid}/accept`, {})).status, 404, 'once only');
});

t.test('requests are listed latest first and filtered, and leave when declined or moved', async (t) => {
  const { call, sandbox } = await open(t);
  const call1 = { phone: '+7', called_at: 1, duration: 5, link: '', service_code: 'svc', uniq: 'q', from: '8' };
  await call('POST', '/api/v4/leads/unsorted/sip', [{ ...REQUEST, metadata: call1, created_at: 1_700_000_000 }]);
  await call('POST', '/api/v4/leads/unsorted/forms', [{ ...REQUEST, _embedded: PEOPLE }]);
  const complex = { name: 'Комплекс', _embedded: { metadata: { category: 'forms', ...FORM } } };
  const [moved] = (await call('POST', '/api/v4/leads/complex', [complex])).json;
  const listed = async (search: string) =>
    (await call('GET', `/api/v4/leads/unsorted${search}`)).json?._embedded.unsorted ?? [];
  const all = await listed('?order[created_at]=asc');
  t.equal(all.length, 3);
  t.equal(all[2].category, 'sip');
  t.equal((await listed('?filter[category][]=forms')).length, 2);
  t.equal((await listed('?filter[pipeline_id]=7202')).length, 0);
  t.equal((await call('PATCH', `/api/v4/leads/${moved.id}`, { status_id: 1002, pipeline_id: 1 })).status, 200);
  t.equal((await listed('')).length, 2);
  const [form] = await listed('?filter[category]=forms');
  const declined = await call('DELETE', `/api/v4/leads/unsorted/${form.uid}/decline`, { user_id: 8000002 });
  t.match(declined, { status: 200, json: { uid: form.uid, _embedded: form._embedded } });
  t.equal(sandbox.store.leads.get(form._embedded.leads[0].id)?.is_deleted, true);
  t.equal((await call('DELETE', `/api/v4/leads/unsorted/${form.uid}/decline`)).status, 404);
  t.equal((await call('GET', `/api/v4/leads/unsorted/${form.uid}`)).status, 204);
  sandbox.settings.absent = 'missing';
  t.equal((await call('GET', `/api/v4/leads/unsorted/${form.uid}`)).status, 404);
});

t.test('a request that says too little is refused', async (t) => {
  const { call, refusals } = await open(t);
  const refused = (item: object) => refusals('POST', '/api/v4/leads/unsorted/forms', [item]);
  t.strictSame(await refused({ ...REQUEST, source_name: '' }), ['NotSupportedChoice source_name']);
  t.strictSame(await refused({ metadata: FORM }), ['FieldMissing source_name', 'FieldMissing source_uid']);
  t.strictSame(await refused({ ...REQUEST, metadata: { ...FORM, form_page: '' } }), [
    'NotSupportedChoice metadata.form_page',
  ]);
  t.strictSame(await refused({ ...REQUEST, pipeline_id: 5 }), ['NotSupportedChoice pipeline_id']);
  t.strictSame(await refused({ ...REQUEST, _embedded: { leads: [{ price: 'много' }] } }), [
    'InvalidType _embedded.leads.0.price',
  ]);
  t.equal((await call('POST', '/api/v4/leads/unsorted', [REQUEST])).status, 405);
  const made = await call('POST', '/api/v4/leads/unsorted/forms', [REQUEST]);
  const { uid } = made.json._embedded.unsorted[0];
  t.strictSame(await refusals('POST', `/api/v4/leads/unsorted/${uid}/accept`, { status_id: 1001, user_id: 5 }), [
    'NotSupportedChoice user_id',
    'NotSupportedChoice status_id',
  ]);
});

t.test('leads/complex may keep less than it was sent', async (t) => {
  const { call } = await open(t, { complexKeeps: 'less' });
  const tags = [{ name: 'а' }, { name: 'б' }];
  const known = { _embedded: { tags, contacts: [{ id: 12346 }], companies: [{ id: 33002 }] } };
  const fresh = { _embedded: { companies: [{ name: 'ООО' }] } };
  const [first, second] = (await call('POST', '/api/v4/leads/complex', [known, fresh])).json;
  t.match(first, { contact_id: 12346, company_id: null });
  t.type(second.company_id, 'number');
  const { json } = await call('GET', `/api/v4/leads/${first.id}`);
  t.match(json._embedded, { tags: [{ name: 'а' }], companies: [] });
  t.equal(json._embedded.tags.length, 1);
});

t.test('a single read of an absent task or note is 204 or 404', async (t) => {
  const { call, sandbox } = await open(t);
  const statuses = async () => [
    (await call('GET', '/api/v4/tasks/5')).status,
    (await call('GET', '/api/v4/leads/notes/5')).status,
  ];
  t.strictSame(await statuses(), [204, 204]);
  sandbox.settings.absent = 'missing';
  t.strictSame(await statuses(), [404, 404]);
});

import t from 'tap';
import { open } from './open.ts';

// What the official PHP SDK sends, written by hand: https://github.com/amocrm/amocrm-api-php
const FIELDS: [code: string, values: object[], read: object][] = [
  ['PHONE', [{ value: '+7', enum_id: null, enum_code: 'WORK' }], { value: '+7', enum_id: 1, enum_code: 'WORK' }],
  ['SOURCE', [{ value: null, enum_id: 3, enum_code: null }], { value: 'Сайт', enum_id: 3, enum_code: 'SITE' }],
  ['SOURCE', [{ value: 'Сайт', enum_id: null, enum_code: null }], { value: 'Сайт', enum_id: 3, enum_code: 'SITE' }],
  ['123462', [{ value: null, enum_id: 52 }], { value: 'Сайты', enum_id: 52 }],
  ['123470', [{ value: null, enum_id: 61 }], { value: 'Мужской', enum_id: 61 }],
  ['ADDRESS', [{ value: 'Омск', enum_id: null, enum_code: 'city' }], { value: 'Омск', enum_id: 3, enum_code: 'city' }],
];

t.test('values come with null in the keys that are not used', async (t) => {
  const { call } = await open(t);
  for (const [code, values, read] of FIELDS) {
    const isId = /^\d+$/.test(code);
    const field = { field_id: isId ? Number(code) : null, field_code: isId ? null : code, values };
    const made = await call('PATCH', '/api/v4/contacts/12353', { custom_fields_values: [field], request_id: '0' });
    t.equal(made.status, 200, `${code} ${made.text}`);
    const { json } = await call('GET', '/api/v4/contacts/12353');
    t.match(json.custom_fields_values.at(-1).values, [read], code);
    await call('PATCH', '/api/v4/contacts/12353', { custom_fields_values: [{ ...field, values: null }] });
  }
});

t.test('a choice that names nothing is still refused', async (t) => {
  const { refusals } = await open(t);
  const values = [{ value: null, enum_id: null, enum_code: null }];
  const sent = [{ custom_fields_values: [{ field_code: 'SOURCE', values }] }];
  t.strictSame(await refusals('POST', '/api/v4/contacts', sent), ['NotNullable custom_fields_values.0.values.0.value']);
});

t.test('fields are taken back as they were read', async (t) => {
  const { call } = await open(t);
  const { json } = await call('GET', '/api/v4/contacts/12346');
  const { custom_fields_values } = json;
  t.match(custom_fields_values[0], { field_id: Number, field_name: String, field_code: String, field_type: String });
  t.equal((await call('PATCH', '/api/v4/contacts/12346', { custom_fields_values })).status, 200);
  t.strictSame((await call('GET', '/api/v4/contacts/12346')).json.custom_fields_values, custom_fields_values);
});

t.test('tags are taken whole, and null stands for what is unknown', async (t) => {
  const { call, sandbox } = await open(t);
  const [first] = sandbox.store.tags.contacts.values();
  const _embedded = { tags: [{ id: first?.id, name: first?.name, color: null }] };
  t.equal((await call('PATCH', '/api/v4/contacts/12353', { _embedded })).status, 200);
  const tags_to_add = [{ id: null, name: 'новый', color: null }];
  t.equal((await call('PATCH', '/api/v4/contacts/12353', { tags_to_add })).status, 200);
  const { json } = await call('GET', '/api/v4/contacts/12353');
  t.match(json._embedded.tags, [{ id: first?.id }, { name: 'новый' }]);
});

t.test('where _embedded gives the tags, tags_to_add and tags_to_delete say nothing', async (t) => {
  const { call } = await open(t);
  const both = { _embedded: { tags: [{ name: 'а' }] }, tags_to_add: [{ name: 'б' }], tags_to_delete: [{ name: 'а' }] };
  await call('PATCH', '/api/v4/contacts/12353', both);
  const { json } = await call('GET', '/api/v4/contacts/12353');
  t.strictSame(
    json._embedded.tags.map(({ name }: { name: string }) => name),
    ['а'],
  );
  const [made] = (await call('POST', '/api/v4/leads', [both])).json['validation-errors'] ?? [];
  t.match(made, { errors: [{ code: 'FieldNotExpected', path: 'tags_to_delete' }] }, 'a new lead has none to delete');
});

t.test('both ends of a link are named, the near one as null where the path has it', async (t) => {
  const { call, refusals } = await open(t);
  const link = {
    entity_type: 'leads',
    entity_id: null,
    to_entity_type: 'contacts',
    to_entity_id: 12353,
    metadata: null,
  };
  t.match(await call('POST', '/api/v4/leads/67895/link', [link]), { status: 200, json: { _total_items: 1 } });
  t.equal((await call('POST', '/api/v4/leads/67895/unlink', [link])).status, 204);
  t.equal((await call('POST', '/api/v4/leads/link', [{ ...link, entity_id: 67895 }])).status, 200);
  t.strictSame(await refusals('POST', '/api/v4/leads/link', [link]), ['FieldMissing entity_id']);
  t.strictSame(await refusals('POST', '/api/v4/leads/67895/link', [{ ...link, entity_type: 'contacts' }]), [
    'NotSupportedChoice entity_type',
  ]);
});

t.test('a field definition is changed with its type beside it', async (t) => {
  const { call, refusals } = await open(t);
  const path = '/api/v4/contacts/custom_fields/123461';
  const changed = await call('PATCH', path, { type: 'textarea', id: 123461, name: 'Заметка', request_id: '0' });
  t.match(changed, { status: 201, json: { name: 'Заметка', type: 'textarea' } });
  t.strictSame(await refusals('PATCH', path, { type: 'text', name: 'Заметка' }), ['NotSupportedChoice type']);
});

t.test('a new lead carries the visitor of the site', async (t) => {
  const { call, refusals } = await open(t);
  t.equal((await call('POST', '/api/v4/leads', [{ name: 'С сайта', visitor_uid: 'c0ffee' }])).status, 200);
  t.strictSame(await refusals('POST', '/api/v4/leads', [{ visitor_uid: null }]), ['NotNullable visitor_uid']);
});

t.test('a token is asked for with JSON or a form', async (t) => {
  const { sandbox } = await open(t);
  const { clientId, clientSecret, redirectUri } = sandbox.oauth;
  const body = new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'authorization_code',
    code: sandbox.oauth.authCode(),
    redirect_uri: redirectUri,
  });
  const response = await fetch(`${sandbox.url}/oauth2/access_token`, { method: 'POST', body });
  t.match(response, { status: 200 });
  t.match(await response.json(), { token_type: 'Bearer', access_token: String });
  t.match(sandbox.requests.at(-1)?.body, { grant_type: 'authorization_code' });
});

t.test('the long-lived token has three parts and says whose it is', async (t) => {
  const { sandbox, call } = await open(t);
  const [head, claims, signature] = sandbox.token.split('.');
  t.match(JSON.parse(Buffer.from(head ?? '', 'base64url').toString()), { typ: 'JWT' });
  const { exp, ...rest } = JSON.parse(Buffer.from(claims ?? '', 'base64url').toString());
  t.ok(exp > Date.now() / 1000);
  t.match(rest, { account_id: 31415926, scopes: ['crm', 'files', 'notifications'], aud: sandbox.oauth.clientId });
  t.ok(signature);
  t.equal((await call('GET', '/api/v4/account')).status, 200);
});

t.test('a price may have a fraction, and reads back whole and with it', async (t) => {
  const { call } = await open(t);
  const made = await call('POST', '/api/v4/leads', [{ price: 1250.5 }]);
  t.equal(made.status, 200);
  const { json } = await call('GET', `/api/v4/leads/${made.json._embedded.leads[0].id}`);
  t.match(json, { price: 1250, price_with_minor_units: 1250.5 });
});

t.test('notes are made of types that the documentation leaves out', async (t) => {
  const { call } = await open(t);
  const notes = [
    { note_type: 'invoice_paid', params: { service: 'Банк', text: 'Оплачено', icon_url: null } },
    { note_type: 'targeting_in', params: { contacts: [], campaign: null, service: 'vkontakte' } },
  ];
  t.equal((await call('POST', '/api/v4/leads/67890/notes', notes)).status, 200);
});

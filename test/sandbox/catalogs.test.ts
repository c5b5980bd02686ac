import t from 'tap';
import { open } from './open.ts';

t.test('catalogs are made, read and changed whole', async (t) => {
  const { call, refusals, sandbox } = await open(t);
  const made = await call('POST', '/api/v4/catalogs', [{ name: 'Поставщики', can_link_multiple: false }]);
  const [catalog] = made.json._embedded.catalogs;
  t.match(catalog, {
    name: 'Поставщики',
    type: 'regular',
    can_link_multiple: false,
    request_id: '0',
    account_id: 31415926,
  });
  const { request_id, ...model } = catalog;
  t.strictSame((await call('GET', `/api/v4/catalogs/${catalog.id}`)).json, model);
  t.match(await call('PATCH', `/api/v4/catalogs/${catalog.id}`, { name: 'Партнёры' }), {
    status: 200,
    json: { name: 'Партнёры', sort: 30 },
  });
  t.equal((await call('GET', '/api/v4/catalogs')).json._embedded.catalogs.length, 3);
  t.strictSame(await refusals('POST', '/api/v4/catalogs', [{ name: '' }, { type: 'other' }]), [
    'NotSupportedChoice name',
    'FieldMissing name',
    'NotSupportedChoice type',
  ]);
  const many = Array.from({ length: 8 }, () => ({ name: 'ещё' }));
  t.equal((await call('POST', '/api/v4/catalogs', many)).status, 422, 'ten are the most');
  t.equal(sandbox.store.catalogs.size, 3);
  t.equal((await call('GET', '/api/v4/catalogs/1')).status, 404);
});

t.test('elements are found by name and id, made and changed with their fields', async (t) => {
  const { call, refusals } = await open(t);
  const base = '/api/v4/catalogs/5502/elements';
  t.match((await call('GET', `${base}?query=лого`)).json._embedded.elements, [{ id: 552001, name: 'Логотип' }]);
  t.match((await call('GET', `${base}?filter[id][]=552002`)).json._embedded.elements, [{ id: 552002 }]);
  t.equal((await call('GET', `${base}?query=нет`)).status, 204);
  const fields = [{ field_code: 'PRICE', values: [{ value: 900 }] }];
  const made = await call('POST', base, [
    { name: 'Открытка', custom_fields_values: fields },
    { name: 'Плакат', request_id: 7 },
  ]);
  const [card, poster] = made.json._embedded.elements;
  t.match(card, {
    request_id: 0,
    catalog_id: 5502,
    custom_fields_values: [{ field_code: 'PRICE', values: [{ value: '900' }] }],
  });
  t.equal(poster.request_id, 7);
  const changed = await call('PATCH', `${base}/${card.id}`, { name: 'Открытка A6' });
  t.match(changed.json, { name: 'Открытка A6', custom_fields_values: [{ values: [{ value: '900' }] }] });
  t.strictSame(await refusals('PATCH', base, [{ id: card.id }, { id: 553001, name: 'чужой' }]), [
    'FieldMissing name',
    'NotSupportedChoice id',
  ]);
  t.equal((await call('GET', `/api/v4/catalogs/5503/elements/${card.id}`)).status, 204, 'of another catalog');
});

t.test('a catalog has fields of its own', async (t) => {
  const { call } = await open(t);
  const base = '/api/v4/catalogs/5503/custom_fields';
  t.equal((await call('GET', base)).status, 204);
  const made = await call('POST', base, [{ name: 'Цена', type: 'price' }]);
  t.match(made, {
    status: 201,
    json: { _embedded: { custom_fields: [{ entity_type: 'catalogs', catalog_id: 5503 }] } },
  });
  const [{ id }] = made.json._embedded.custom_fields;
  t.match((await call('PATCH', `${base}/${id}`, { name: 'Стоимость', type: 'price' })).json, { name: 'Стоимость' });
  t.match((await call('GET', `${base}/${id}`)).json, { name: 'Стоимость' });
  t.equal((await call('GET', `/api/v4/catalogs/5502/custom_fields/${id}`)).status, 404);
  t.equal((await call('DELETE', `${base}/${id}`)).status, 204);
});

t.test('elements are linked with their number, and show beside the entity', async (t) => {
  const { call, refusals } = await open(t);
  const element = { to_entity_type: 'catalog_elements', to_entity_id: 552001 };
  const link = { ...element, metadata: { catalog_id: 5502, quantity: 3 } };
  const made = await call('POST', '/api/v4/leads/67890/link', [link]);
  const metadata = { quantity: 3, catalog_id: 5502, price_id: null };
  t.match(made.json._embedded.links, [{ to_entity_id: 552001, metadata }]);
  const lead = await call('GET', '/api/v4/leads/67890?with=catalog_elements');
  t.match(lead.json._embedded.catalog_elements, [{ id: 552001, metadata }]);
  t.equal((await call('GET', '/api/v4/leads/67890/links?filter[to_catalog_id]=5502')).json._total_items, 1);
  t.equal((await call('POST', '/api/v4/companies/33001/link', [link])).status, 200);
  t.equal((await call('POST', '/api/v4/companies/33002/link', [link])).status, 200);
  t.match((await call('GET', '/api/v4/companies/33001?with=catalog_elements')).json._embedded.catalog_elements, [{}]);
  t.strictSame(
    await refusals('POST', '/api/v4/leads/67890/unlink', [
      element,
      { ...element, metadata: { catalog_id: 5503 } },
      { ...element, to_entity_id: 1, metadata: { catalog_id: 5502 } },
    ]),
    ['FieldMissing metadata.catalog_id', 'NotSupportedChoice metadata.catalog_id', 'NotSupportedChoice to_entity_id'],
  );
  t.equal((await call('POST', '/api/v4/leads/67890/unlink', [link])).status, 204);
  t.strictSame((await call('GET', '/api/v4/leads/67890?with=catalog_elements')).json._embedded.catalog_elements, []);
});

import t from 'tap';
import { itemsSent, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const patches = ({ sandbox }: Service) => itemsSent(sandbox, 'leads', 'PATCH');
/** A contact of the sandbox that has no lead. */
const newcomer = 12347;

t.test('a lead is moved by the name of a status, with its pipeline', async (t) => {
  const service = await startService(t);
  const { status, body } = await service.step('amocrm_move_lead', { lead_id: 67890, status: 'первичный контакт' });
  t.equal(status, 200, JSON.stringify(body));
  t.strictSame(patches(service), [{ id: 67890, pipeline_id: 1, status_id: 1002 }]);
  t.strictSame(body.result, {
    success: true,
    lead_id: 67890,
    moved: true,
    updated: true,
    pipeline_id: 1,
    status_id: 1002,
    previous: { pipeline_id: 1, status_id: 1003 },
  });
});

t.test('a lead that stands there is left alone', async (t) => {
  const service = await startService(t);
  const { body } = await service.step('amocrm_move_lead', { lead_id: 67890, status_id: 1003 });
  t.match(body.result, { moved: false, status_id: 1003, previous: { status_id: 1003 } });
  t.strictSame(patches(service), []);
});

t.test('a lead that is lost already gets another reason, which is no move', async (t) => {
  const service = await startService(t);
  const params = { lead_id: 67890, status: 'lost' };
  const resultOf = async (loss_reason: string) =>
    (await service.step('amocrm_move_lead', { ...params, loss_reason })).body.result;
  t.match(await resultOf('Дорого'), { moved: true, updated: true, status_id: 143 });
  t.match(await resultOf('Выбрали других'), {
    moved: false,
    updated: true,
    status_id: 143,
    previous: { status_id: 143 },
  });
  t.match(await resultOf('Выбрали других'), { moved: false, updated: false });
  t.strictSame(patches(service), [
    { id: 67890, pipeline_id: 1, status_id: 143, loss_reason_id: 501 },
    { id: 67890, loss_reason_id: 503 },
  ]);
});

t.test('an id of a status goes with the pipeline that has it; won stays where the lead is', async (t) => {
  const service = await startService(t);
  await service.step('amocrm_move_lead', { lead_id: 67890, status_id: 7213 });
  await service.step('amocrm_move_lead', { lead_id: 67890, status: 'won' });
  t.strictSame(patches(service), [
    { id: 67890, pipeline_id: 7202, status_id: 7213 },
    { id: 67890, pipeline_id: 7202, status_id: 142 },
  ]);
});

t.test('lost with a reason, and another reason later', async (t) => {
  const service = await startService(t);
  await service.step('amocrm_move_lead', { lead_id: 67890, status: 'lost', loss_reason: 'Дорого' });
  const { body } = await service.step('amocrm_update_lead', { lead_id: 67890, loss_reason: 'Выбрали других' });
  t.match(body.result, { updated: true, updated_fields: ['loss_reason'] });
  t.strictSame(patches(service), [
    { id: 67890, pipeline_id: 1, status_id: 143, loss_reason_id: 501 },
    { id: 67890, loss_reason_id: 503 },
  ]);
});

t.test('what cannot be moved is told with the param, and nothing is sent', async (t) => {
  const service = await startService(t);
  const cases: [Record<string, unknown>, number, string, RegExp][] = [
    [{ lead_id: 404, status: 'won' }, 404, 'params.lead_id', /no leads/],
    [{ lead_id: 67890, status: 'Смета отправлена' }, 422, 'params.status', /"Повторные продажи"/],
    [{ lead_id: 67890, status: 'won', loss_reason: 'Дорого' }, 400, 'params.loss_reason', /status lost only/],
    [{ lead_id: 67890 }, 400, 'params', /at least one of status, status_id/],
    [{ lead_id: 67890, status: 'won', status_id: 142 }, 400, 'params.status_id', /not both/],
  ];
  for (const [params, expected, path, message] of cases) {
    const { status, body } = await service.step('amocrm_move_lead', params);
    t.match({ status, errors: body.errors }, { status: expected, errors: [{ path, message }] }, JSON.stringify(params));
  }
  t.strictSame(patches(service), []);
});

t.test('an update sends what differs; a pipeline alone needs a status', async (t) => {
  const service = await startService(t);
  const { body } = await service.step('amocrm_update_lead', {
    lead_id: 67890,
    price: 180000,
    status: 'Договор',
    responsible_user: 'Ольга Лебедева',
    custom_fields: { SOURCE: 'Telegram' },
    tags: ['горячая'],
    notes: 'Созвонились',
  });
  t.match(patches(service), [
    { id: 67890, pipeline_id: 1, status_id: 1004, responsible_user_id: 8000002, tags_to_add: [{ name: 'горячая' }] },
  ]);
  t.notOk('price' in Object(patches(service)[0]), 'the price is what it was');
  t.match(itemsSent(service.sandbox, 'leads/notes'), [{ entity_id: 67890, params: { text: 'Созвонились' } }]);
  t.match(body.result, { lead_id: 67890, updated: true, lead: { id: 67890, status_id: 1004 }, note_id: Number });
  const alone = await service.step('amocrm_update_lead', { lead_id: 67890, pipeline: 'Повторные продажи' });
  t.match(alone, { status: 400, body: { errors: [{ path: 'params.pipeline', message: /name a status of it too/ }] } });
});

t.test('all faults of an update come together', async (t) => {
  const service = await startService(t);
  const params = { lead_id: 67890, update_data: { status: 'Нет такого', нет: 1, responsible_user: 'Никто' } };
  const { status, body } = await service.step('amocrm_update_lead', params);
  t.equal(status, 422);
  t.match(body.errors, [
    { path: 'params.update_data.status' },
    { path: 'params.update_data.нет' },
    { path: 'params.update_data.responsible_user' },
  ]);
});

t.test('the leads of a contact are found without the filter add-on, open ones unless asked otherwise', async (t) => {
  const service = await startService(t, { sandbox: { filterAddon: false } });
  const find = (params: object) => service.step('amocrm_find_contact_leads', { contact_id: 12345, ...params });
  const { body } = await find({});
  const { leads, lead, lead_id, count, found } = body.result;
  t.match({ found, lead_id, id: lead.id }, { found: true, lead_id: leads[0].id, id: leads[0].id });
  t.equal(count, leads.length);
  for (const { id, status_id } of leads) {
    t.ok(service.sandbox.store.links.of({ kind: 'leads', id }, 'contacts').some((to) => to.id === 12345));
    t.notOk([142, 143].includes(status_id));
  }
  await service.step('amocrm_move_lead', { lead_id, status: 'won' });
  t.equal((await find({})).body.result.count, count - 1);
  t.equal((await find({ only_open: false })).body.result.count >= count, true);
  t.match((await find({ pipeline: 'Повторные продажи' })).body.result, { found: false, lead: null, count: 0 });
  t.match(await find({ contact_id: 404 }), { status: 404, body: { errors: [{ path: 'params.contact_id' }] } });
});

t.test('an open lead is found and left as it is; a closed one is not', async (t) => {
  const service = await startService(t);
  const findOrCreate = (params: object) =>
    service.step('amocrm_find_or_create_lead', { contact_id: newcomer, name: 'Заявка', ...params });
  const first = await findOrCreate({});
  t.match(first.body.result, { found: false, created: true, lead: { name: 'Заявка' } });
  const second = await findOrCreate({ name: 'Другая' });
  t.match(second.body.result, { found: true, created: false, lead_id: first.body.result.lead_id });
  t.match((await findOrCreate({ pipeline: 'Повторные продажи' })).body.result, { created: true });
  await service.step('amocrm_move_lead', { lead_id: first.body.result.lead_id, status: 'lost' });
  t.match((await findOrCreate({ pipeline: 'Продажи' })).body.result, { created: true });
  t.equal(writesTo(service.sandbox).filter(({ method }) => method === 'POST').length, 3);
});

t.test('leads that are not shown for a moment make no second one', async (t) => {
  const service = await startService(t);
  const ask = () => service.step('amocrm_find_or_create_lead', { contact_id: 12345, name: 'Заявка' });
  const { lead_id } = (await ask()).body.result;
  service.sandbox.faults.add({ method: 'GET', path: /\/leads$/, action: { kind: 'status', status: 204 } });
  t.match((await ask()).body.result, { lead_id, created: false });
});

t.test('twenty at once for one contact end with one lead', async (t) => {
  const service = await startService(t);
  const asked = Array.from({ length: 20 }, () =>
    service.step('amocrm_find_or_create_lead', { contact_id: newcomer, name: 'Заявка' }),
  );
  const results = (await Promise.all(asked)).map(({ body }) => body.result);
  t.equal(new Set(results.map(({ lead_id }) => lead_id)).size, 1);
  t.equal(results.filter(({ created }) => created).length, 1);
  t.equal(itemsSent(service.sandbox, 'leads').length, 1);
});

t.test('while a create is in doubt nobody makes a second one', async (t) => {
  const service = await startService(t, { clock: createUnhurriedClock(15), env: { AMO_TIMEOUT_MS: '300' } });
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'late' } });
  const ask = () => service.step('amocrm_find_or_create_lead', { contact_id: newcomer, name: 'Поздняя' });
  t.match(await ask(), { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  t.match(await ask(), { status: 503, body: { code: 'OVERLOADED', retryable: true } });
  await service.sandbox.waiting.release();
  t.match((await ask()).body.result, { found: true, created: false, lead: { name: 'Поздняя' } });
});

t.test('ids are read together: ten finds cost two calls', async (t) => {
  const service = await startService(t);
  const ids = [12345, 12346, 12347, 12345, 12346, 12347, 12345, 12346, 12347, 12345];
  await Promise.all(ids.map((contact_id) => service.step('amocrm_find_contact_leads', { contact_id })));
  t.equal(readsOf(service.sandbox, 'contacts').length, 1);
  t.ok(readsOf(service.sandbox, 'leads').length <= 2);
});

t.test('what follows from a change is answered as it is, or left out where amoCRM has not told', async (t) => {
  const service = await startService(t);
  const update = (update_data: object) => service.step('amocrm_update_lead', { lead_id: 67890, update_data });
  const priced = await update({ price: 190000 });
  t.match(priced.body.result.lead, { price: 190000, price_with_minor_units: 190000 });
  t.ok('closed_at' in priced.body.result.lead);
  const closed = await update({ status: 'won' });
  t.match(closed.body.result.lead, { status_id: 142, price_with_minor_units: 190000 });
  t.notOk('closed_at' in closed.body.result.lead, 'amoCRM has set it, but does not say to what');
});

t.test('a price with kopecks is not the price without', async (t) => {
  const service = await startService(t);
  const lead = service.sandbox.store.leads.get(67890);
  if (lead === undefined) return t.fail('the sandbox has no lead 67890');
  lead.price = 1250.5;
  const { body } = await service.step('amocrm_update_lead', { lead_id: 67890, price: 1250 });
  t.match(body.result, {
    updated: true,
    updated_fields: ['price'],
    lead: { price: 1250, price_with_minor_units: 1250 },
  });
  t.equal(lead.price, 1250);
  t.match((await service.step('amocrm_update_lead', { lead_id: 67890, price: 1250 })).body.result, { updated: false });
});

t.test('a lead that is found or created closed is told of: nobody finds it again', async (t) => {
  const service = await startService(t);
  const warnings = [/is not found again/];
  const params = { contact_id: newcomer, name: 'Продажа', status: 'won' };
  const made = await service.step('amocrm_find_or_create_lead', params);
  t.match(made.body, { success: true, result: { created: true }, warnings });
  t.notOk('warnings' in made.body.result);
  const open = await service.step('amocrm_find_or_create_lead', { contact_id: newcomer, name: 'Заявка' });
  t.notOk('warnings' in open.body);
  const taken = await service.step('amocrm_intake', { phone: '+79990001122', lead: { status: 'lost' } });
  t.match(taken.body, { success: true, result: { lead_created: true }, warnings });
  const another = { phone: '+79990001123', lead: { status: 'lost' }, reuse: 'never' };
  t.notOk('warnings' in (await service.step('amocrm_intake', another)).body, 'each makes one of its own anyway');
});

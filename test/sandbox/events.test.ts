import t from 'tap';
import { open } from './open.ts';

type Call = Awaited<ReturnType<typeof open>>['call'];

const lister = (call: Call) => async (search: string) =>
  (await call('GET', `/api/v4/events${search}`)).json?._embedded.events ?? [];

t.test('every write of the account is told, latest first', async (t) => {
  const { call, sandbox } = await open(t);
  const events = lister(call);
  t.equal((await call('GET', '/api/v4/events')).status, 204, 'nothing has happened yet');
  const made = await call('POST', '/api/v4/leads', [{ name: 'Новая', price: 5 }]);
  const { id } = made.json._embedded.leads[0];
  const field = { field_id: 223460, values: [{ enum_id: 71 }] };
  await call('PATCH', `/api/v4/leads/${id}`, {
    name: 'Иная',
    price: 7,
    status_id: 1003,
    pipeline_id: 1,
    responsible_user_id: 8000002,
    custom_fields_values: [field],
    tags_to_add: [{ name: 'срочно' }],
  });
  sandbox.store.bin('leads', id);
  const told = await events('?filter[entity]=lead');
  t.strictSame(
    told.map(({ type }: { type: string }) => type),
    [
      'lead_deleted',
      'entity_responsible_changed',
      'name_field_changed',
      'custom_field_223460_value_changed',
      'entity_tag_added',
      'sale_field_changed',
      'lead_status_changed',
      'lead_added',
    ],
  );
  t.match(told[6], {
    entity_id: id,
    entity_type: 'lead',
    created_by: 8000001,
    value_after: [{ lead_status: { id: 1003, pipeline_id: 1 } }],
    value_before: [{ lead_status: { id: 1002, pipeline_id: 1 } }],
    _embedded: { entity: { id } },
  });
  t.match(told[3].value_after, [
    { custom_field_value: { field_id: 223460, field_type: 4, enum_id: 71, text: 'Telegram' } },
  ]);
  t.match(told[4].value_after, [{ tag: { name: 'срочно' } }]);
  t.strictSame((await call('GET', `/api/v4/events/${told[6].id}`)).json, told[6]);
  t.equal((await call('GET', '/api/v4/events/01nothing')).status, 204);
  t.equal((await call('POST', '/api/v4/events', [])).status, 405);
});

t.test('tasks, notes, calls and links are told too', async (t) => {
  const { call } = await open(t);
  const events = lister(call);
  const task = { text: 'x', complete_till: 2_000_000_000, entity_id: 67890, entity_type: 'leads' };
  const { id } = (await call('POST', '/api/v4/tasks', [task])).json._embedded.tasks[0];
  await call('PATCH', `/api/v4/tasks/${id}`, { text: 'y', is_completed: true, result: { text: 'да' } });
  await call('POST', '/api/v4/leads/67890/notes', [{ note_type: 'common', params: { text: 'x' } }]);
  const called = { direction: 'inbound', duration: 1, source: 'т', phone: '+79001234567' };
  const made = await call('POST', '/api/v4/calls', [called]);
  const link = [{ to_entity_type: 'contacts', to_entity_id: 12353 }];
  await call('POST', '/api/v4/leads/67890/link', link);
  await call('POST', '/api/v4/leads/67890/unlink', link);
  const told = await events('');
  t.strictSame(
    told.map(({ type }: { type: string }) => type),
    [
      'entity_unlinked',
      'entity_linked',
      'incoming_call',
      'common_note_added',
      'task_text_changed',
      'task_result_added',
      'task_completed',
      'task_added',
    ],
  );
  t.match(told[1].value_after, [{ link: { entity: { type: 'contact', id: 12353 } } }]);
  t.match(told[2].value_after, [{ note: { id: made.json._embedded.calls[0].id } }]);
});

t.test('the history is filtered within its documented limits', async (t) => {
  const { call, sandbox } = await open(t);
  const events = lister(call);
  for (const status_id of [1003, 1004]) await call('PATCH', '/api/v4/leads/67891', { status_id, pipeline_id: 1 });
  await call('PATCH', '/api/v4/contacts/12345', { responsible_user_id: 8000003 });
  sandbox.somebody.create('leads/67891/notes', { note_type: 'common', params: { text: 'x' } });
  const stage =
    'filter[value_after][leads_statuses][0][pipeline_id]=1&filter[value_after][leads_statuses][0][status_id]=1004';
  t.equal((await events(`?${stage}`)).length, 1);
  t.equal((await events('?filter[type][]=lead_status_changed&filter[type][]=common_note_added')).length, 3);
  t.equal((await events('?filter[entity]=contact&filter[entity_id][]=12345')).length, 1);
  t.equal((await events('?filter[value_after][responsible_user_id]=8000003,8000009')).length, 1);
  t.equal((await events('?filter[created_by][]=8000002')).length, 1);
  t.equal((await events('?limit=2&page=2')).length, 2);
  t.equal((await events(`?filter[created_at][to]=${sandbox.store.now() - 3600}`)).length, 0);
  const [named] = await events('?with=contact_name&filter[entity]=contact');
  t.equal(named._embedded.entity.name, 'Мария Соколова');
  const refused = async (search: string) => (await call('GET', `/api/v4/events?${search}`)).status;
  t.equal(await refused('filter[entity_id]=12345'), 400);
  t.equal(await refused('filter[type][]=custom_field_1_value_changed&filter[type][]=lead_added'), 400);
  const eleven = Array.from({ length: 11 }, (_, index) => `filter[entity_id][]=${index}`).join('&');
  t.equal(await refused(`filter[entity]=lead&${eleven}`), 400);
  for (let count = 0; count < 120; count += 1) sandbox.store.bin('leads', 67895, count % 2 === 0);
  t.equal((await events('?limit=250')).length, 100, 'a hundred are the most');
});

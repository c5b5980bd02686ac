import t from 'tap';
import { open } from './open.ts';

type Call = Awaited<ReturnType<typeof open>>['call'];

const lister = (call: Call) => async (path: string) => {
  const { json } = await call('GET', `/api/v4/${path}`);
  const [items = []]: { id: number }[][] = Object.values(json?._embedded ?? {});
  return items.map(({ id }) => id);
};

t.test('the lists of the paid add-on are filtered as documented', async (t) => {
  const { call, sandbox } = await open(t, { filterAddon: true });
  const ids = lister(call);
  const stage = 'filter[statuses][0][pipeline_id]=1&filter[statuses][0][status_id]=1002';
  t.strictSame(await ids(`leads?${stage}`), [67891]);
  t.strictSame(
    (await ids(`leads?${stage}&filter[statuses][1][pipeline_id]=7202&filter[statuses][1][status_id]=7212`)).sort(),
    [67891, 67894],
  );
  t.strictSame(await ids('leads?filter[responsible_user_id]=8000003'), [67893]);
  t.strictSame((await ids('leads?filter[pipeline_id][]=7202')).sort(), [67894, 67896]);
  t.strictSame(await ids('leads?filter[price][from]=100000&filter[price][to]=200000'), [67890]);
  t.strictSame(await ids('customers?filter[next_price][from]=30000&filter[status_id]=1'), [98001]);
  t.strictSame(await ids('customers?filter[next_price][from]=30001'), []);
  const till = 2_000_000_000;
  await call('POST', '/api/v4/tasks', [{ text: 'x', complete_till: till, entity_id: 33001, entity_type: 'companies' }]);
  t.strictSame(await ids(`companies?filter[closest_task_at][from]=${till}`), [33001]);
  sandbox.settings.filterAddon = false;
  t.equal((await ids('leads?filter[responsible_user_id]=8000003')).length, 8, 'nothing is filtered without it');
  t.strictSame(await ids('leads?filter[id][]=67893&filter[id][]=1'), [67893], 'but by id');
  const { json } = await call('GET', '/api/v4/account?with=is_api_filter_enabled');
  t.equal(json.is_api_filter_enabled, false);
});

t.test('tasks are filtered and ordered without the add-on', async (t) => {
  const { call, sandbox } = await open(t);
  sandbox.store.tasks.clear();
  const ids = lister(call);
  const own = { text: 'x', complete_till: 2_000_000_300, updated_at: 1_700_000_000 };
  const made = await call('POST', '/api/v4/tasks', [
    { ...own, entity_id: 67890, entity_type: 'leads', task_type_id: 2 },
    { ...own, complete_till: 2_000_000_100, entity_id: 12345, entity_type: 'contacts', updated_at: 1_700_000_900 },
    { ...own, complete_till: 2_000_000_200, responsible_user_id: 8000002, is_completed: true },
  ]);
  const [lead, contact, free] = made.json._embedded.tasks.map(({ id }: { id: number }) => id);
  t.strictSame(await ids('tasks?filter[is_completed]=1'), [free]);
  t.strictSame(await ids('tasks?filter[is_completed][]=0&order[id]=asc'), [lead, contact]);
  t.strictSame(await ids('tasks?filter[task_type][]=2'), [lead]);
  t.strictSame(await ids('tasks?filter[responsible_user_id]=8000002'), [free]);
  t.strictSame(await ids('tasks?filter[entity_type]=contacts&filter[entity_id][]=12345'), [contact]);
  t.equal((await ids('tasks?filter[entity_id]=12345')).length, 3, 'an id says nothing without its type');
  t.strictSame(await ids('tasks?filter[updated_at]=1700000001'), [contact]);
  t.strictSame((await ids('tasks?filter[updated_at][to]=1700000001')).sort(), [lead, free]);
  t.strictSame(await ids('tasks?order[complete_till]=asc'), [contact, free, lead]);
  t.strictSame(await ids('tasks?order[id]=desc&limit=2'), [free, contact]);
});

t.test('with adds to users and leads what is documented, and nothing else does', async (t) => {
  const { call } = await open(t);
  const plain = (await call('GET', '/api/v4/users/8000001')).json;
  t.strictSame(plain._embedded, { roles: [], groups: [] });
  t.notOk('uuid' in plain);
  const whole = (await call('GET', '/api/v4/users?with=role,group,uuid,amojo_id,user_rank,phone_number')).json;
  t.match(whole._embedded.users[0], {
    uuid: String,
    amojo_id: String,
    user_rank: 'candidate',
    phone_number: String,
    _embedded: { groups: [{ id: 0, name: 'Отдел продаж' }] },
  });
  t.notOk('source_id' in (await call('GET', '/api/v4/leads/67890')).json);
  const lead = (await call('GET', '/api/v4/leads/67890?with=source_id,is_price_modified_by_robot')).json;
  t.match(lead, { source_id: null, is_price_modified_by_robot: false });
});

t.test('the account shows its settings where amoCRM does', async (t) => {
  const { call } = await open(t);
  const { json } = await call('GET', '/api/v4/account?with=datetime_settings,invoices_settings,task_types');
  t.match(json.invoices_settings, { lang: 'ru', invoices_catalog_id: Number });
  t.match(json._embedded.datetime_settings, { date_format: 'd.m.Y', timezone: 'Europe/Moscow' });
  t.match(json._embedded.task_types, [
    { id: 1, code: 'FOLLOW_UP' },
    { id: 2, code: 'MEETING' },
  ]);
  t.strictSame(Object.keys(json._embedded), ['task_types', 'datetime_settings']);
});

t.test('groups of fields list their fields, and are read one by one', async (t) => {
  const { call } = await open(t);
  const { json } = await call('GET', '/api/v4/leads/custom_fields/groups');
  const [main, statistic] = json._embedded.custom_field_groups;
  t.match(main, { id: 'default', type: 'custom_field_group' });
  t.ok(main.fields.includes(223460));
  t.ok(statistic.fields.includes(223501));
  t.strictSame((await call('GET', '/api/v4/leads/custom_fields/groups/statistic')).json, statistic);
  t.equal((await call('GET', '/api/v4/leads/custom_fields/groups/nonsense')).status, 404);
});

import t from 'tap';
import { itemsSent } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';

/** What one strange row of amoCRM's may look like. */
const odd = [
  null,
  5,
  [],
  {},
  { id: 7 },
  { id: 7, name: null },
  { id: 7, name: 8 },
  { name: 'Без id' },
  { id: 'x', name: 'Y' },
];

function answerWith({ sandbox }: Service, path: RegExp, list: string, rows: unknown[]): void {
  const body = { id: 1, name: 'Аккаунт', _embedded: { [list]: rows, users_groups: 5 } };
  sandbox.faults.add({
    method: 'GET',
    path,
    times: Number.POSITIVE_INFINITY,
    action: { kind: 'status', status: 200, body },
  });
}

t.test('one odd row does not make the names of a list unusable', async (t) => {
  const statuses = [...odd, { id: 1002, name: 'Торг', type: 'x', sort: null }];
  const pipelines = [
    { id: 3, name: 'Без этапов' },
    { id: 7202, name: 'Чужие этапы', _embedded: 5 },
    { id: 1, name: 'Продажи', is_main: 'да', is_archive: null, _embedded: { statuses } },
  ];
  const users = [{ id: 8000002, name: 'Ольга', email: 6, rights: { is_active: 'x' } }];
  const cases: [RegExp, string, unknown[], Record<string, unknown>, Record<string, number>][] = [
    [
      /\/leads\/pipelines$/,
      'pipelines',
      pipelines,
      { pipeline: 'Продажи', status: 'Торг' },
      { pipeline_id: 1, status_id: 1002 },
    ],
    [/\/leads\/pipelines$/, 'pipelines', pipelines, { pipeline: 'Чужие этапы' }, { pipeline_id: 7202 }],
    [/\/users$/, 'users', users, { responsible_user: 'ольга' }, { responsible_user_id: 8000002 }],
    [
      /\/loss_reasons$/,
      'loss_reasons',
      [{ id: 501, name: 'Дорого', sort: 'x' }],
      { status_id: 143, loss_reason: 'Дорого' },
      { status_id: 143, loss_reason_id: 501 },
    ],
    [
      /\/leads\/custom_fields$/,
      'custom_fields',
      [{ id: 223465, name: 'Размер', type: 'text', enums: 5 }],
      { custom_fields: { Размер: 'L' } },
      {},
    ],
  ];
  for (const [path, list, rows, params, sent] of cases) {
    const service = await startService(t);
    answerWith(service, path, list, [...odd, ...rows, ...odd]);
    const { status, body } = await service.step('amocrm_create_lead', { name: 'Заявка', ...params });
    t.equal(status, 200, `${list}: ${JSON.stringify(body)}`);
    t.match(itemsSent(service.sandbox, 'leads'), [{ name: 'Заявка', ...sent }]);
  }
});

t.test('an odd option of a custom field does not make the others unusable', async (t) => {
  const service = await startService(t);
  const enums = [...odd, { id: 71, value: 'L' }, { id: 2, value: 3 }];
  answerWith(service, /\/leads\/custom_fields$/, 'custom_fields', [
    { id: 223460, name: 'Размер', type: 'select', enums },
  ]);
  const { status, body } = await service.step('amocrm_create_lead', { name: 'Заявка', custom_fields: { Размер: 'L' } });
  t.equal(status, 200, JSON.stringify(body));
  t.match(itemsSent(service.sandbox, 'leads'), [
    { custom_fields_values: [{ field_id: 223460, values: [{ enum_id: 71 }] }] },
  ]);
});

t.test('kinds of tasks too', async (t) => {
  const service = await startService(t);
  answerWith(service, /\/account$/, 'task_types', [...odd, { id: 11, name: 'Замер', code: 12 }, ...odd]);
  const { status, body } = await service.step('amocrm_create_task', {
    text: 'Да',
    task_type: 'Замер',
    complete_in: 60,
  });
  t.equal(status, 200, JSON.stringify(body));
  t.match(itemsSent(service.sandbox, 'tasks'), [{ task_type_id: 11 }]);
});

t.test('an answer that is no list is no list of nothing', async (t) => {
  for (const [path, params] of [
    [/\/leads\/pipelines$/, { pipeline: 'Продажи' }],
    [/\/users$/, { responsible_user: 'Ольга' }],
    [/\/loss_reasons$/, { status_id: 143, loss_reason: 'Дорого' }],
    [/\/leads\/custom_fields$/, { custom_fields: { Размер: 'L' } }],
  ] as const) {
    for (const body of [
      {},
      { _embedded: [] },
      { _embedded: { pipelines: 5, users: {}, loss_reasons: '', custom_fields: 1 } },
    ]) {
      const service = await startService(t);
      service.sandbox.faults.add({ path, times: 9, action: { kind: 'status', status: 200, body } });
      const { status, body: answer } = await service.step('amocrm_create_lead', { name: 'Заявка', ...params });
      t.strictSame([status, answer.code], [502, 'AMOCRM_ERROR'], `${path} ${JSON.stringify(body)}`);
    }
  }
});

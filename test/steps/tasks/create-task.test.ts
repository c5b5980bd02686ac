import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';

const create = ({ step }: Service, params: Record<string, unknown>) =>
  step('amocrm_create_task', { text: 'Перезвонить', ...params });

const seconds = (iso: string) => Date.parse(iso) / 1000;

t.test('a task is created with everything that was given', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    complete_till: '2030-12-31T18:30:00+03:00',
    entity_type: 'lead',
    entity_id: '67890',
    task_type: 'встреча',
    responsible_user: 'Ольга Лебедева',
    duration: '900',
  });
  t.equal(status, 200, JSON.stringify(body));
  const sent = {
    text: 'Перезвонить',
    entity_type: 'leads',
    entity_id: 67890,
    duration: 900,
    task_type_id: 2,
    responsible_user_id: 8000002,
    complete_till: seconds('2030-12-31T15:30:00Z'),
  };
  t.strictSame(itemsSent(service.sandbox, 'tasks'), [sent]);
  const { task_id, task } = body.result;
  t.equal(body.output_var, 'created_task');
  t.match(task, { ...sent, id: task_id });
  t.match(service.sandbox.store.tasks.get(task_id), sent);
});

const deadlines: [unknown, string][] = [
  ['2030-12-31', '2030-12-31T23:59:00+03:00'],
  ['20301231', '2030-12-31T23:59:00+03:00'],
  ['2030-12-31T18:30', '2030-12-31T18:30:00+03:00'],
  ['2030-12-31 18:30:15', '2030-12-31T18:30:15+03:00'],
  ['2030-12-31T18:30:00Z', '2030-12-31T18:30:00Z'],
  [1_924_981_140, '2030-12-31T20:59:00Z'],
  ['1924981140', '2030-12-31T20:59:00Z'],
];

t.test('a deadline is a moment, a day means 23:59 of it in the account’s time zone', async (t) => {
  const service = await startService(t);
  for (const [complete_till, due] of deadlines) {
    const { body } = await create(service, { complete_till });
    t.equal(body.result.task.complete_till, seconds(due), String(complete_till));
  }
  t.strictSame(
    itemsSent(service.sandbox, 'tasks').map(({ complete_till }) => complete_till),
    deadlines.map(([, due]) => seconds(due)),
  );
});

t.test('today and "in so many seconds" are by amoCRM’s clock', async (t) => {
  const service = await startService(t);
  const { sandbox } = service;
  // Ours is far behind.
  sandbox.settings.clockAheadS = seconds('2040-05-17T22:30:00Z') - Date.now() / 1000;
  await create(service, {});
  await create(service, { complete_in: 3600 });
  const [today, soon] = itemsSent(sandbox, 'tasks').map(({ complete_till }) => complete_till);
  t.equal(today, seconds('2040-05-18T23:59:00+03:00'), 'it is the next day in Moscow already');
  t.ok(Math.abs(soon - seconds('2040-05-17T23:30:00Z')) < 60, String(soon));
});

t.test('when 23:59 of today is past, a task without a deadline is due tomorrow', async (t) => {
  for (const [now, due] of [
    ['2040-05-17T23:55:00+03:00', '2040-05-17T23:59:00+03:00'],
    ['2040-05-17T23:59:20+03:00', '2040-05-18T23:59:00+03:00'],
  ] as const) {
    const service = await startService(t);
    service.sandbox.settings.clockAheadS = seconds(now) - Date.now() / 1000;
    await create(service, {});
    await service.step('amocrm_intake', { phone: '+79990001122', name: 'Анна', task: { text: 'Да' } });
    const tills = itemsSent(service.sandbox, 'tasks').map(({ complete_till }) => complete_till);
    t.strictSame(tills, [seconds(due), seconds(due)], now);
  }
});

t.test('an exact deadline needs no time zone, and one zone is read but once', async (t) => {
  const service = await startService(t);
  await create(service, { complete_till: '2030-12-31T18:30:00Z' });
  t.strictSame(readsOf(service.sandbox, 'account'), []);
  for (const complete_till of ['2030-12-31', undefined, '2031-01-01T10:00']) await create(service, { complete_till });
  t.strictSame(readsOf(service.sandbox, 'account').length, 1);
});

t.test('what it is about must exist', async (t) => {
  const service = await startService(t);
  for (const [entity_type, entity_id] of [
    ['leads', 12345],
    ['contacts', 12357],
    ['companies', 999_999],
  ]) {
    const answer = await create(service, { entity_type, entity_id });
    t.strictSame(failureOf(answer), [404, 'ENTITY_NOT_FOUND', 'params.entity_id'], `${entity_type} ${entity_id}`);
  }
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('an unknown kind of task is told with those there are', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, { entity_type: 'leads', entity_id: 1, task_type: 'Звонок' });
  t.match(
    { status, ...body },
    {
      status: 404,
      errors: [
        { path: 'params.entity_id' },
        { path: 'params.task_type', message: /no task type "Звонок"; there are "Связаться", "Встреча"/ },
      ],
    },
  );
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{ text: '' }, 'params.text'],
    [{ complete_till: '31.12.2030' }, 'params.complete_till'],
    [{ complete_till: 'завтра' }, 'params.complete_till'],
    [{ complete_till: '2030-02-30' }, 'params.complete_till'],
    [{ complete_till: 1_924_981_140_000 }, 'params.complete_till'],
    [{ complete_till: 0 }, 'params.complete_till'],
    [{ complete_till: '-5' }, 'params.complete_till'],
    [{ complete_till: 1.5 }, 'params.complete_till'],
    [{ complete_till: true }, 'params.complete_till'],
    [{ complete_in: 0 }, 'params.complete_in'],
    [{ complete_till: '2030-12-31', complete_in: 5 }, 'params.complete_in'],
    [{ entity_type: 'leads' }, 'params.entity_id'],
    [{ entity_id: 67890 }, 'params.entity_type'],
    [{ entity_id: 67890, entity_type: '' }, 'params.entity_type'],
    [{ entity_type: 'tasks', entity_id: 67890 }, 'params.entity_type'],
    [{ task_type: 'call', task_type_id: 1 }, 'params.task_type_id'],
    [{ duration: -1 }, 'params.duration'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await create(service, params)), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

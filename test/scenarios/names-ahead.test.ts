import t from 'tap';
import { failureOf } from '../fixtures/failure.ts';
import { startKeyed } from '../fixtures/keyed.ts';
import { itemsSent, readsOf, writesTo } from '../fixtures/records.ts';
import { answerOf, type Service, startService } from '../fixtures/service.ts';

const run = async ({ app }: Service, steps: object[], context: object = {}, query = '') =>
  answerOf(await app.inject({ method: 'POST', url: `/scenarios/run${query}`, payload: { steps, context } }));

const write = { id: 'write', type: 'amocrm_create_contact', params: { name: 'Анна' }, next_step: 'next' };
const move = { id: 'move', type: 'amocrm_move_lead', params: { lead_id: 67890, status: 'Дагавор' } };

t.test('a misspelt name of a later step is told before anything is written', async (t) => {
  const service = await startService(t);
  const steps = [
    { ...write, next_step: 'lead' },
    {
      id: 'lead',
      type: 'amocrm_create_lead',
      params: { name: 'Заявка', pipeline: 'Продажи', status: 'Смета отправлена', responsible_user: 'Никто' },
      next_step: 'task',
    },
    { id: 'task', type: 'amocrm_create_task', params: { text: 'Да', task_type: 'Зввонок' }, next_step: 'move' },
    move,
  ];
  for (const query of ['', '?dry_run=true']) {
    const answer = await run(service, steps, { a: 1 }, query);
    t.strictSame(failureOf(answer), [
      422,
      'UNKNOWN_NAME',
      'steps[1].params.status',
      'steps[1].params.responsible_user',
      'steps[2].params.task_type',
      'steps[3].params.status',
    ]);
    t.match(answer.body.errors.at(-1).message, /no pipeline has a status "Дагавор"/);
    t.match(answer.body, { failed_step: 'lead', steps: [], retryable: false });
    t.strictSame(answer.body.context, { a: 1, __step_error__: 'AmoCRM создание сделки: неизвестное название' });
  }
  t.strictSame(writesTo(service.sandbox), []);
  t.equal(readsOf(service.sandbox, 'users').length, 2, 'once, and once more for the unknown one');
});

t.test('each list is read once, for judging and for running', async (t) => {
  const service = await startService(t);
  const right = {
    id: 'next',
    type: 'amocrm_move_lead',
    params: { lead_id: 67890, status: 'Переговоры' },
    next_step: 'm',
  };
  const { status } = await run(service, [
    write,
    right,
    { ...right, id: 'm', next_step: 'e' },
    { id: 'e', type: 'end' },
  ]);
  t.equal(status, 200);
  t.equal(readsOf(service.sandbox, 'leads/pipelines').length, 1);
});

t.test(
  'names within lead, task, contact and update_data are judged; custom fields of such names are not',
  async (t) => {
    const service = await startService(t);
    const wrong = { responsible_user: 'Никто' };
    const steps = [
      { ...write, next_step: 'a' },
      {
        id: 'a',
        type: 'amocrm_intake',
        params: { phone: '+79990001122', name: 'А', lead: { status: 'Дагавор' }, task: { text: 'Да', ...wrong } },
        next_step: 'b',
      },
      {
        id: 'b',
        type: 'amocrm_create_lead_complex',
        params: { name: 'Б', contact: { name: 'Б', ...wrong } },
        next_step: 'c',
      },
      {
        id: 'c',
        type: 'amocrm_update_contact',
        params: { contact_id: 12345, update_data: { ...wrong, status: 'Дагавор' } },
      },
    ];
    t.strictSame(failureOf(await run(service, steps)), [
      422,
      'UNKNOWN_NAME',
      'steps[1].params.lead.status',
      'steps[1].params.task.responsible_user',
      'steps[2].params.contact.responsible_user',
      'steps[3].params.update_data.responsible_user',
    ]);
  },
);

t.test('what a condition may skip is not judged, what follows it in any case is', async (t) => {
  const service = await startService(t);
  const fork = { id: 'next', type: 'conditional', params: { condition: '{a}', true_step: 'move', false_step: 'note' } };
  const note = {
    id: 'note',
    type: 'amocrm_add_note',
    params: { entity_type: 'leads', entity_id: 67890, note_text: 'Да' },
  };
  const steps = [write, fork, { ...move, next_step: 'note' }, note];
  t.equal((await run(service, steps)).status, 200, 'a run that does not come by the misspelt name');
  const late = {
    id: 'late',
    type: 'amocrm_move_lead',
    params: { lead_id: 67890, status: 'lost', loss_reason: 'Дорога' },
  };
  const written = writesTo(service.sandbox).length;
  const answer = await run(service, [...steps.slice(0, 3), { ...note, next_step: 'late' }, late]);
  t.strictSame(failureOf(answer), [422, 'UNKNOWN_NAME', 'steps[4].params.loss_reason']);
  t.equal(writesTo(service.sandbox).length, written);
});

t.test('names with placeholders, and those that only the lead can tell, wait for their step', async (t) => {
  const service = await startService(t);
  const params = [
    { status: '{name}' },
    { status: 'Дагавор {name}', pipeline: 'Продажи' },
    { status: 'Смета отправлена' },
    { status: 'Смета отправлена', pipeline: '{pipeline}' },
  ];
  for (const one of params) {
    const before = writesTo(service.sandbox).length;
    const last = { ...move, id: 'next', params: { lead_id: 67890, ...one } };
    const answer = await run(service, [write, last], { name: 'Дагавор', pipeline: 'Продажи' });
    t.strictSame(failureOf(answer), [422, 'UNKNOWN_NAME', 'steps[1].params.status'], JSON.stringify(one));
    t.match(answer.body.steps, [{ status: 'ok' }, { status: 'failed' }]);
    t.equal(writesTo(service.sandbox).length, before + 1);
  }
});

t.test('a scenario that only reads, and ids, need no list', async (t) => {
  const service = await startService(t);
  const read = { id: 'read', type: 'amocrm_get_contact', params: { contact_id: 12345 }, next_step: 'list' };
  const list = { id: 'list', type: 'amocrm_list_statuses', params: { pipeline: 'Нет' } };
  t.match((await run(service, [read, list])).body.steps, [{ status: 'ok' }, { status: 'failed' }]);
  const before = service.sandbox.requests.length;
  const byId = { ...move, id: 'next', params: { lead_id: 67890, pipeline_id: '1', status: 143, loss_reason: '501' } };
  t.equal((await run(service, [write, byId])).status, 200);
  t.strictSame(
    service.sandbox.requests.slice(before).filter(({ path }) => /pipelines|loss_reasons/.test(path)),
    [],
  );
});

t.test('a dictionary that may not be read is told before anything is written', async (t) => {
  const service = await startService(t, { sandbox: { role: 'user' } });
  const task = { id: 'next', type: 'amocrm_create_task', params: { text: 'Да', responsible_user: 'Ольга Лебедева' } };
  const { status, body } = await run(service, [write, task]);
  t.strictSame([status, body.code, body.failed_step, body.steps], [502, 'AMOCRM_FORBIDDEN', 'next', []]);
  t.match(body.detail, /give responsible_user_id/);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('what is refused so leaves no trace of its key; what has begun is not judged again', async (t) => {
  const service = await startKeyed(t);
  const right = { ...move, id: 'next', params: { lead_id: 67890, status: 'Первичный контакт' } };
  const url = '/scenarios/run';
  const wrong = await service.post(url, { steps: [write, { ...move, id: 'next' }] }, 'key');
  t.equal(wrong.status, 422);
  service.sandbox.faults.add({
    method: 'PATCH',
    path: '/api/v4/leads',
    action: { kind: 'status', status: 403, body: {} },
  });
  const failed = await service.post(url, { steps: [write, right] }, 'key');
  t.match(failed.body.steps, [{ status: 'ok' }, { status: 'failed' }], 'the corrected body goes under the same key');
  const model = service.sandbox.store.pipelines.get(1);
  for (const stage of model?.statuses ?? []) if (stage.name === 'Первичный контакт') stage.name = 'Торг';
  await service.restart();
  const again = await service.post(url, { steps: [write, right] }, 'key');
  t.strictSame(
    [again.status, again.body.steps.length],
    [422, 2],
    'it goes on at its step, which judges the name itself',
  );
});

t.test('a name of a later step of a scenario is not taken for one of the first', async (t) => {
  const { sandbox, post } = await startKeyed(t);
  const steps = [
    {
      type: 'amocrm_create_lead',
      params: { name: 'Первая', pipeline: 'Продажи', status: 'Переговоры', responsible_user: 'Ольга Лебедева' },
      next_step: '2',
    },
    {
      type: 'amocrm_create_lead',
      params: {
        name: 'Вторая',
        pipeline: 'Повторные продажи',
        status: 'Смета отправлена',
        responsible_user: 'Денис Корнеев',
      },
    },
  ];
  t.equal((await post('/scenarios/run', { steps }, 'k')).status, 200);
  t.match(itemsSent(sandbox, 'leads'), [
    { pipeline_id: 1, status_id: 1003, responsible_user_id: 8000002 },
    { pipeline_id: 7202, status_id: 7213, responsible_user_id: 8000003 },
  ]);
});

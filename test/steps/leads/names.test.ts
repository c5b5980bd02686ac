import t from 'tap';
import { itemsSent, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';

const create = ({ step }: Service, params: Record<string, unknown>) =>
  step('amocrm_create_lead', { name: 'Заявка', ...params });

t.test('names of pipeline, status, user and loss reason become ids', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    pipeline: ' повторные ПРОДАЖИ ',
    status: 'lost',
    loss_reason: 'дорого',
    responsible_user: 'Ольга Лебедева',
  });
  t.equal(status, 200, JSON.stringify(body));
  t.strictSame(itemsSent(service.sandbox, 'leads'), [
    { name: 'Заявка', pipeline_id: 7202, status_id: 143, loss_reason_id: 501, responsible_user_id: 8000002 },
  ]);
});

t.test('a status without a pipeline is one of the main pipeline; a user is known by e-mail too', async (t) => {
  const service = await startService(t);
  const params = { status: 'Первичный контакт', responsible_user: 'KORNEEV@severny-veter.example' };
  t.match(await create(service, params), { status: 200 });
  t.strictSame(itemsSent(service.sandbox, 'leads'), [
    { name: 'Заявка', pipeline_id: 1, status_id: 1002, responsible_user_id: 8000003 },
  ]);
});

t.test('digits are an id, and for ids no list is read', async (t) => {
  const service = await startService(t);
  await create(service, { pipeline: '7202', status: '7213', responsible_user_id: 8000002 });
  t.match(itemsSent(service.sandbox, 'leads'), [{ pipeline_id: 7202, status_id: 7213, responsible_user_id: 8000002 }]);
  for (const list of ['leads/pipelines', 'users', 'leads/loss_reasons']) {
    t.equal(readsOf(service.sandbox, list).length, 0, list);
  }
});

t.test('digits that can be no id are a name, of a status too', async (t) => {
  const service = await startService(t);
  for (const status of ['0', '9007199254740993']) {
    const { body } = await create(service, { status });
    const message = new RegExp(`no status "${status}"; there are "`);
    t.match(body, { code: 'UNKNOWN_NAME', errors: [{ path: 'params.status', message }] });
  }
});

t.test('unknown names are told together with the nearest, and with faults of fields', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    pipeline: 'Продажы',
    responsible_user: 'Лебедева',
    custom_fields: { нет: 1 },
  });
  t.match({ status, code: body.code }, { status: 422, code: 'UNKNOWN_NAME' });
  t.match(body.errors, [
    { path: 'params.pipeline', message: /no pipeline "Продажы"; did you mean "Продажи"/ },
    { path: 'params.responsible_user', message: /no user "Лебедева"/ },
    { path: 'params.custom_fields.нет', message: /have no field/ },
  ]);
  t.equal(itemsSent(service.sandbox, 'leads').length, 0);
  t.match(body.context, { __step_error__: 'AmoCRM создание сделки: неизвестное название' });
});

t.test('a status of another pipeline names that pipeline; nothing is guessed', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, { pipeline: 'Продажи', status: 'Смета отправлена' });
  t.equal(status, 422);
  t.match(body.errors, [
    { path: 'params.status', message: /it is a status of "Повторные продажи": name that pipeline/ },
  ]);
});

t.test('a name and an id of the same thing exclude each other', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, { pipeline: 'Продажи', pipeline_id: 1, status: '', status_id: 142 });
  t.match({ status, code: body.code }, { status: 400, code: 'INVALID_REQUEST' });
  t.strictSame(body.errors, [{ path: 'params.pipeline_id', message: 'give pipeline or pipeline_id, not both' }]);
});

t.test('a loss reason without the status lost is refused', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, { status: 'won', loss_reason: 'Дорого' });
  t.equal(status, 400);
  t.match(body.errors, [{ path: 'params.loss_reason', message: /with the status lost only/ }]);
});

t.test('a new pipeline is found at once, and the list is read once more only', async (t) => {
  const service = await startService(t);
  await create(service, { pipeline: 'Продажи' });
  const model = service.sandbox.store.pipelines.get(1);
  if (model === undefined) return t.fail('the sandbox has no pipeline 1');
  service.sandbox.store.pipelines.set(9001, { ...model, id: 9001, name: 'Новая', is_main: false });
  await create(service, { pipeline: 'Новая' });
  t.match(itemsSent(service.sandbox, 'leads'), [{ pipeline_id: 1 }, { pipeline_id: 9001 }]);
  await create(service, { pipeline: 'Никакая' });
  await create(service, { pipeline: 'Нет такой' });
  t.equal(readsOf(service.sandbox, 'leads/pipelines').length, 2);
});

t.test('«Неразобранное» is no status to choose, and that is said', async (t) => {
  const service = await startService(t);
  const message =
    /is "Неразобранное", into which amoCRM alone puts leads: name another status, such as "Первичный контакт"/;
  const answers = [
    await create(service, { status: 'неразобранное' }),
    await service.step('amocrm_move_lead', { lead_id: 67890, status: 'Неразобранное' }),
    await service.step('amocrm_update_lead', { lead_id: 67890, status: 'Неразобранное' }),
  ];
  for (const { status, body } of answers) {
    t.match([status, body.code, body.errors], [400, 'INVALID_REQUEST', [{ path: 'params.status', message }]]);
  }
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('a lead that is unsorted may be told to stay', async (t) => {
  const service = await startService(t);
  const lead = service.sandbox.store.leads.get(67890);
  if (lead === undefined) return t.fail('the sandbox has no lead 67890');
  lead.status_id = 1001;
  const { body } = await service.step('amocrm_move_lead', { lead_id: 67890, status: 'Неразобранное' });
  t.match(body.result, { moved: false, status_id: 1001 });
});

t.test('an archived pipeline is found where no other has its name, and is not offered', async (t) => {
  const service = await startService(t);
  const { pipelines } = service.sandbox.store;
  const [main, archived] = [...pipelines.values()];
  if (main === undefined || archived === undefined) throw new Error('The seed has two pipelines');
  archived.is_archive = true;
  t.match(await create(service, { pipeline: archived.name }), { status: 200 });
  const unknown = await create(service, { pipeline: 'Повторные продажы' });
  t.match(unknown.body.errors, [{ message: 'amoCRM has no pipeline "Повторные продажы"; there are "Продажи"' }]);
  const elsewhere = await create(service, { status: 'Смета отправлена' });
  t.notMatch(elsewhere.body.errors[0].message, /Повторные/);
  pipelines.set(9001, { ...structuredClone(main), id: 9001, name: archived.name, is_main: false });

  const anew = await startService(t);
  for (const pipeline of pipelines.values()) anew.sandbox.store.pipelines.set(pipeline.id, pipeline);
  t.match(await create(anew, { pipeline: archived.name }), { status: 200 });
  t.strictSame(
    [service, anew].flatMap(({ sandbox }) => itemsSent(sandbox, 'leads').map(({ pipeline_id }) => pipeline_id)),
    [archived.id, 9001],
  );
});

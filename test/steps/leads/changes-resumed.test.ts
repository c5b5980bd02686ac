import t from 'tap';
import { type Interrupted, interrupt, interruptions } from '../../fixtures/interrupted.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent } from '../../fixtures/records.ts';

/** A lead that a person moves between two tries of one change under a key. It stands in pipeline 1, status 1003. */
const id = 67890;
const forbidden = { kind: 'status', status: 403, body: 'problem' } as const;
const toLead = ['PATCH', 'leads'] as const;
const ways = Object.keys(interruptions).filter((how): how is Interrupted => how in interruptions);

for (const how of ways) {
  t.test(`where a moved lead stood before is told as the first try saw it: ${how}`, async (t) => {
    const service = await startKeyed(t);
    const { sandbox, step } = service;
    const send = () => step('amocrm_move_lead', { lead_id: id, status: 'Договор' }, 'k');
    await interrupt(service, toLead, how, send);
    const { status, body } = await send();
    t.equal(status, 200, JSON.stringify(body));
    t.match(body.result, {
      moved: true,
      updated: true,
      pipeline_id: 1,
      status_id: 1004,
      previous: { pipeline_id: 1, status_id: 1003 },
    });
    t.match(sandbox.store.leads.get(id), { pipeline_id: 1, status_id: 1004 });
  });

  t.test(`a status is still the one of the pipeline in which the lead stood: ${how}`, async (t) => {
    const service = await startKeyed(t);
    const { sandbox, step } = service;
    const send = () => step('amocrm_move_lead', { lead_id: id, status: 'Договор' }, 'k');
    await interrupt(service, toLead, how, send);
    sandbox.somebody.update('leads', { id, pipeline_id: 7202, status_id: 7212 });
    const { status, body } = await send();
    // A write that was certainly not done is judged anew: the lead's pipeline now has no such status.
    if (how === 'is refused') return t.match({ status, code: body.code }, { status: 422, code: 'UNKNOWN_NAME' });
    t.equal(status, 200, JSON.stringify(body));
    t.match(body.result, { moved: true, pipeline_id: 1, status_id: 1004, previous: { status_id: 1003 } });
  });
}

for (const changes of [
  { status: 'Договор' },
  { pipeline: 'Повторные продажи', status: 'Напомнили о себе' },
  { status: 'lost', loss_reason: 'Дорого' },
]) {
  t.test(`what is left of an update is not judged anew: ${JSON.stringify(changes)}`, async (t) => {
    const { sandbox, step, restart } = await startKeyed(t);
    sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/notes', times: 1, action: forbidden });
    const send = () => step('amocrm_update_lead', { lead_id: id, ...changes, price: 5, notes: 'Записано' }, 'k');
    t.equal((await send()).status, 502);
    sandbox.somebody.update('leads', { id, pipeline_id: 7202, status_id: 7213 });
    for (const pipeline of sandbox.store.pipelines.values()) {
      pipeline.name = `Новая ${pipeline.id}`;
      for (const status of pipeline.statuses) status.name = `Новый ${status.id}`;
    }
    for (const reason of sandbox.store.lossReasons.values()) reason.name = 'Иначе';
    await restart();
    const { status, body } = await send();
    t.equal(status, 200, JSON.stringify(body));
    t.match(body.result.updated_fields, ['price', ...Object.keys(changes), 'notes']);
    t.equal(itemsSent(sandbox, 'leads', 'PATCH').length, 1);
    t.match(sandbox.store.leads.get(id), { pipeline_id: 7202, status_id: 7213 }, 'the person’s move stands');
  });
}

t.test('a pipeline alone that the lead has left meanwhile does not stop what is left', async (t) => {
  const { sandbox, step } = await startKeyed(t);
  sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/notes', times: 1, action: forbidden });
  const send = () => step('amocrm_update_lead', { lead_id: id, pipeline: 'Продажи', price: 5, notes: 'Записано' }, 'k');
  t.equal((await send()).status, 502);
  sandbox.somebody.update('leads', { id, pipeline_id: 7202, status_id: 7213 });
  t.match(await send(), { status: 200, body: { result: { updated: true } } });
});

t.test('each step of a scenario keeps what it has found for itself', async (t) => {
  const service = await startKeyed(t);
  const { sandbox, post, rows } = service;
  const contact = { phone: '+79001110009', name: 'Кира' };
  const steps = [
    { id: 'first', type: 'amocrm_intake', params: contact, next_step: 'move' },
    {
      id: 'move',
      type: 'amocrm_move_lead',
      params: { lead_id: '{intake.lead_id}', status: 'Договор' },
      next_step: 'x',
    },
    { id: 'x', type: 'amocrm_move_lead', params: { lead_id: id, status: 'Договор', output_var: 'other' } },
  ];
  const send = () => post('/scenarios/run', { steps, context: {} }, 'k');
  sandbox.faults.add({
    method: 'PATCH',
    path: '/api/v4/leads',
    times: 1,
    action: { kind: 'status', status: 403, body: 'problem' },
  });
  t.match((await send()).body, { failed_step: 'move' });
  t.equal(rows('writes').filter(({ step }) => step === 1).length, 0, 'a step that wrote nothing has kept nothing');
  const { status, body } = await send();
  t.equal(status, 200, JSON.stringify(body));
  t.match(body.context, { moved_lead: { previous: { status_id: 1002 } }, other: { previous: { status_id: 1003 } } });
});

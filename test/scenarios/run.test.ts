import t from 'tap';
import type { Amo } from '../../src/amocrm/amo.ts';
import { exampleScenario } from '../../src/http/reference/scenario-example.ts';
import { runScenario } from '../../src/scenarios/run.ts';
import { findContact } from '../../src/steps/contacts/find-contact.ts';
import { answerOf, type Service, startService } from '../fixtures/service.ts';

async function run({ app }: Service, payload: object) {
  return answerOf(await app.inject({ method: 'POST', url: '/scenarios/run', payload }));
}

const note = { type: 'amocrm_add_note', params: { entity_type: 'leads', entity_id: 67890, note_text: 'Да' } };

t.test('a person who is known gets a lead and a note, without a second contact', async (t) => {
  const service = await startService(t);
  const contacts = service.sandbox.store.contacts.size;
  const { status, body } = await run(service, exampleScenario);
  t.equal(status, 200);
  t.match(body, { success: true, scenario_id: 'amocrm_lead_creation' });
  t.same(
    body.steps.map(({ id, status }: { id: string; status: string }) => [id, status]),
    ['find_contact', 'check_contact', 'create_lead', 'add_note'].map((id) => [id, 'ok']),
  );
  const { lead_id } = body.context.new_lead;
  t.equal(service.sandbox.store.leads.get(lead_id)?.name, 'Сделка от Иван');
  t.same(
    service.sandbox.store.links.of({ kind: 'leads', id: lead_id }, 'contacts').map(({ id }) => id),
    [body.context.existing_contact.contact.id],
  );
  t.equal(service.sandbox.store.notes.leads.get(body.context.note_result.note_id)?.entity_id, lead_id);
  t.equal(service.sandbox.store.contacts.size, contacts);
});

t.test('a person who is not known is created first, and the lead is linked to the new contact', async (t) => {
  const service = await startService(t);
  const context = { user_telegram_id: 555_000_111, user_name: 'Новый' };
  const { status, body } = await run(service, { ...exampleScenario, context });
  t.equal(status, 200);
  const { contact_id } = body.context.new_contact;
  t.same(
    service.sandbox.store.links
      .of({ kind: 'leads', id: body.context.new_lead.lead_id }, 'contacts')
      .map(({ id }) => id),
    [contact_id],
  );
  t.match(body.context, context);
});

t.test('a failing step stops the scenario and tells what was written before', async (t) => {
  const service = await startService(t);
  service.sandbox.faults.add({
    method: 'POST',
    path: '/api/v4/leads/notes',
    action: { kind: 'status', status: 403, body: 'problem' },
  });
  const { status, body } = await run(service, exampleScenario);
  t.equal(status, 502);
  t.match(body, {
    code: 'AMOCRM_FORBIDDEN',
    failed_step: 'add_note',
    retryable: false,
    written: [{ entity_type: 'leads' }],
    context: { new_lead: { success: true }, __step_error__: 'AmoCRM добавление заметки: недостаточно прав' },
  });
  t.equal(body.steps.at(-1).status, 'failed');
  t.equal(body.steps.length, 4);
});

t.test('the whole document is checked before anything is sent, every fault in document order', async (t) => {
  const service = await startService(t);
  const { status, body } = await run(service, {
    steps: [
      { id: 'a', type: 'nope', next_step: 'nowhere' },
      { id: 'a', type: 'amocrm_create_lead', params: { nam: 'x', price: '{price}', contact_id: 'abc' } },
      { type: 'conditional', params: { condition: '{a}', true_step: 'b', otherwise: 'c' } },
      { type: 'conditional', params: { condition: '{a}', false_step: 'b' } },
      {
        type: 'amocrm_add_note',
        params: { entity_type: 'leads', entity_id: '{id}', note_type: '{kind}', note_params: {} },
      },
    ],
  });
  t.equal(status, 400);
  t.equal(body.code, 'INVALID_REQUEST');
  t.same(
    body.errors.map(({ path }: { path: string }) => path),
    [
      'steps[0].type',
      'steps[0].next_step',
      'steps[1].id',
      'steps[1].params.nam',
      'steps[1].params.contact_id',
      'steps[1].params.name',
      'steps[2].params.true_step',
      'steps[2].params.otherwise',
      'steps[3].params.false_step',
    ],
  );
  t.equal(service.sandbox.requests.length, 0);
});

t.test('no steps are a 400', async (t) => {
  t.match(await run(await startService(t), { steps: [] }), { status: 400, body: { errors: [{ path: 'steps' }] } });
});

t.test('a step without an id is known by its place', async (t) => {
  const service = await startService(t);
  const steps = [{ type: 'conditional', params: { condition: '{yes}', true_step: '3' } }, note, { type: 'end' }];
  const { body } = await run(service, { steps, context: { yes: 1 } });
  t.same(
    body.steps.map(({ id, type }: { id: string; type: string }) => [id, type]),
    [
      ['1', 'conditional'],
      ['3', 'end'],
    ],
  );
});

t.test('without next_step the scenario ends, a branch that is not given falls to it', async (t) => {
  const service = await startService(t);
  const branch = { id: 'if', type: 'conditional', params: { condition: '{no}', true_step: 'end' }, next_step: 'note' };
  const { body } = await run(service, { steps: [branch, { id: 'end', type: 'end' }, { ...note, id: 'note' }, note] });
  t.same(
    body.steps.map(({ id }: { id: string }) => id),
    ['if', 'note'],
  );
});

t.test('a loop ends after 200 executed steps', async (t) => {
  const service = await startService(t);
  const steps = [{ id: 'a', type: 'conditional', params: { condition: '{x}' }, next_step: 'a' }];
  const { status, body } = await run(service, { steps, context: { x: 1 } });
  t.match(
    { status, code: body.code, failed_step: body.failed_step },
    { status: 422, code: 'SCENARIO_TOO_LONG', failed_step: 'a' },
  );
  t.equal(body.steps.length, 201);
});

t.test('a placeholder without a value stops the scenario at its step, with its place', async (t) => {
  const service = await startService(t);
  const steps = [{ ...note, params: { ...note.params, note_text: '{missing}' } }];
  t.match(await run(service, { steps }), {
    status: 422,
    body: { code: 'TEMPLATE_UNRESOLVED', errors: [{ path: 'steps[0].params.note_text' }], failed_step: '1' },
  });
  t.equal(service.sandbox.requests.length, 0);
});

t.test('a failure that nobody foresaw tells how far the scenario has come', async (t) => {
  const failure = new TypeError('Cannot convert object to primitive value');
  const broken = { ...findContact, run: () => Promise.reject(failure) };
  const document = [
    { id: 'a', type: 'conditional', params: { condition: 'yes' }, next_step: 'b' },
    { id: 'b', type: broken.type, params: { query: '{q}' } },
  ];
  const amo: Amo = Object.assign(Object.create(null), { operation: {} });
  const running = runScenario(document, { q: 'Иван' }, { known: new Map([[broken.type, broken]]), amo });
  await t.rejects(running, {
    code: 'INTERNAL_ERROR',
    cause: failure,
    label: broken.label,
    extensions: {
      failed_step: 'b',
      steps: [
        { id: 'a', status: 'ok' },
        { id: 'b', status: 'failed' },
      ],
      context: { q: 'Иван' },
    },
  });
});

t.test('the deadline is one over all steps', async (t) => {
  const service = await startService(t, { env: { SCENARIO_DEADLINE_MS: '200' } });
  service.sandbox.faults.add({ times: Number.POSITIVE_INFINITY, method: 'GET', action: { kind: 'hang' } });
  t.match(await run(service, exampleScenario), {
    status: 504,
    body: { code: 'DEADLINE_EXCEEDED', failed_step: 'find_contact' },
  });
});

t.test('templates of a step take their values from its context', async (t) => {
  const { step, sandbox } = await startService(t);
  const params = { name: 'Сделка от {user}', price: '{sum}', contact_id: '{found.contact.id || 0}' };
  const answer = await step('amocrm_create_lead', params, {
    context: { user: 'Иван', sum: '500', found: { contact: { id: 12345 } } },
  });
  t.equal(answer.status, 200);
  t.match(sandbox.requests.find(({ method }) => method === 'POST')?.body, [{ name: 'Сделка от Иван', price: 500 }]);
});

t.test('a condition that would compare in a way that none does is refused before anything is sent', async (t) => {
  const { app, sandbox } = await startService(t);
  for (const condition of ['{found} == false', "{found} == 'x' && {name} == 'y'"]) {
    const steps = [
      { id: 'c', type: 'conditional', params: { condition, true_step: 'new', false_step: 'end' } },
      { id: 'new', type: 'amocrm_create_contact', params: { name: 'Иван' } },
    ];
    const answer = await app.inject({
      method: 'POST',
      url: '/scenarios/run',
      payload: { steps, context: { found: true } },
    });
    t.match(answer.json(), {
      status: 400,
      errors: [
        { path: 'steps[0].params.condition', message: /^must be \{a\}, \{a\} == 'x'/ },
        { path: 'steps[0].params.false_step', message: /end is a type/ },
      ],
    });
  }
  t.strictSame(sandbox.requests, []);
});

t.test('faults of templates and of the schema come together, in document order', async (t) => {
  const { step, sandbox } = await startService(t);
  const answer = await step('amocrm_create_lead', { name: '{missing}', price: 'x' }, { context: {} });
  t.match(answer, {
    status: 422,
    body: { code: 'TEMPLATE_UNRESOLVED', errors: [{ path: 'params.name' }, { path: 'params.price' }] },
  });
  t.equal(answer.body.errors.length, 2);
  t.equal(sandbox.requests.length, 0);
});

t.test('without a context a param that is one placeholder is a 400', async (t) => {
  const { step } = await startService(t);
  t.match(await step('amocrm_create_contact', { name: '{user_name}' }), {
    status: 400,
    body: { code: 'INVALID_REQUEST', errors: [{ path: 'params.name', message: /no context/ }] },
  });
});

t.test('what is no text is neither compared nor jumped to', async (t) => {
  const service = await startService(t);
  const odd = { toString: 1 };
  const check = { id: 'check', type: 'conditional', next_step: 'end' };
  const end = { id: 'end', type: 'end' };
  const compared = [{ ...note, next_step: 'check' }, { ...check, params: { condition: "{odd} == 'x'" } }, end];
  const { status, body } = await run(service, { steps: compared, context: { odd } });
  t.match(
    { status, ...body },
    {
      status: 422,
      code: 'TEMPLATE_UNRESOLVED',
      errors: [{ path: 'steps[1].params.condition' }],
      failed_step: 'check',
      steps: [{ status: 'ok' }, { id: 'check', status: 'failed' }],
      context: { odd, note_result: { note_added: true } },
      written: [{ entity_type: 'notes' }],
    },
  );
  for (const target of [odd, {}, [], ['end'], true]) {
    const params = { condition: '{odd}', true_step: target, false_step: target };
    const branches = await run(service, { steps: [{ ...check, params }, end], context: { odd } });
    t.match(branches, { status: 400, body: { code: 'INVALID_REQUEST' } });
    t.match(branches.body.errors, [{ path: 'steps[0].params.true_step' }, { path: 'steps[0].params.false_step' }]);
    const jump = await run(service, { steps: [{ ...note, next_step: target }, end], context: { odd } });
    t.match(jump, { status: 400, body: { errors: [{ path: 'steps[0].next_step' }] } });
  }
  const whole = { ...check, params: { condition: odd, true_step: 'end' } };
  t.equal((await run(service, { steps: [whole, end], context: {} })).status, 200);
});

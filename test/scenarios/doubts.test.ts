import t from 'tap';
import { startKeyed } from '../fixtures/keyed.ts';
import { answerOf, type Service, startService } from '../fixtures/service.ts';

async function run({ app }: Service, payload: object, language = 'en') {
  const headers = { 'accept-language': language };
  return answerOf(await app.inject({ method: 'POST', url: '/scenarios/run', payload, headers }));
}

const note = (more: object = {}) => ({
  type: 'amocrm_add_note',
  params: { entity_type: 'leads', entity_id: 67890, note_text: 'Да', ...more },
});

t.test('what leads nowhere is told: another name of next_step, and steps that are never reached', async (t) => {
  const service = await startService(t);
  const of = async (steps: object[], language?: string) => (await run(service, { steps }, language)).body.warnings;
  t.strictSame(
    await of([
      { ...note(), id: 'one', next: 'two' },
      { ...note(), id: 'two' },
    ]),
    [
      'step one: "next" is not read; the step that follows stands in next_step',
      'step two is never reached: no next_step and no branch leads there',
    ],
  );
  t.match(await of([{ ...note(), next_stp: '2' }, note(), note()], 'ru'), [
    /^шаг 1: «next_stp» не читается/,
    /^до шага 2 \(и ещё 1\) дело не дойдёт/,
  ]);
  const branches = { condition: '{x}', true_step: 'b', false_step: 'c' };
  t.equal(
    await of([
      { id: 'a', type: 'conditional', params: branches, true_step: 'b', description: 'x', title: 'y' },
      { ...note(), id: 'b', next_step: 'c' },
      { id: 'c', type: 'end' },
    ]),
    undefined,
  );
});

t.test('what a step of a scenario warns of is told with the step, in a dry run too', async (t) => {
  const service = await startService(t);
  const steps = [{ ...note({ note_text: 'Имя: {user_name | нет}, {user-name' }), id: 'note' }];
  const context = { user_name: 'Иван' };
  const { body } = await run(service, { steps, context });
  t.strictSame(body.warnings, [
    "step note: params.note_text holds {user_name | нет} as it stands: a placeholder is {user_name} or {user_name || 'text'}",
  ]);
  const payload = { steps, context };
  const dry = await service.app.inject({ method: 'POST', url: '/scenarios/run?dry_run=true', payload });
  t.strictSame(answerOf(dry).body.warnings, body.warnings);
});

t.test('what a step was warned of is told when a scenario goes on under its key too', async (t) => {
  const { sandbox, post, restart } = await startKeyed(t);
  const steps = [
    { ...note({ note_text: 'Имя: {user_name | нет}' }), id: 'note', next_step: 'move' },
    { id: 'move', type: 'amocrm_move_lead', params: { lead_id: 67890, status: 'Первичный контакт' } },
  ];
  const refusal = { kind: 'status', status: 403, body: {} } as const;
  sandbox.faults.add({ method: 'PATCH', path: '/api/v4/leads', action: refusal });
  const body = { steps, context: { user_name: 'Иван' } };
  t.match(await post('/scenarios/run', body, 'k'), { status: 502, body: { code: 'AMOCRM_FORBIDDEN' } });
  await restart();
  const { status, body: done } = await post('/scenarios/run', body, 'k');
  t.equal(status, 200);
  t.match(done.warnings, [/^step note: params\.note_text holds \{user_name \| нет\}/]);
});

t.test('a variable whose name no placeholder can have is told so', async (t) => {
  const service = await startService(t);
  const steps = [{ ...note({ note_text: 'Имя: {user-name}' }), id: 'note' }];
  const { body } = await run(service, { steps, context: { 'user-name': 'Иван' } });
  t.strictSame(body.warnings, [
    'step note: params.note_text holds {user-name} as it stands: no placeholder has a name with "-"; call the value {user_name} in the context',
  ]);
});

t.test('variables under another key than context are told, at a step’s own route too', async (t) => {
  const service = await startService(t);
  const { body } = await run(service, { steps: [note()], contxt: { a: 1 } });
  t.strictSame(body.warnings, ['"contxt" is not read; did you mean context?']);
  const send = async (payload: object) => {
    const url = '/steps/amocrm_add_note';
    return answerOf(await service.app.inject({ method: 'POST', url, payload })).body.warnings;
  };
  t.match(await send({ ...note(), variables: { a: 1 } }), [/^"variables" is not read/]);
  for (const own of [{ context: {}, contxt: { a: 1 } }, { contxt: 'text' }, { description: {} }]) {
    t.equal(await send({ ...note(), ...own }), undefined);
  }
});

t.test('a condition with a variable that has no braces is refused before anything is sent', async (t) => {
  const service = await startService(t);
  const find = { type: 'amocrm_find_contact', params: { telegram_id: 5, output_var: 'ex' }, next_step: '2' };
  const check = (condition: string) => [find, { type: 'conditional', params: { condition, true_step: '3' } }, note()];
  for (const condition of ['ex.found', "ex.found == 'true'", 'vip']) {
    const { status, body } = await run(service, { steps: check(condition), context: { vip: false } }, 'ru');
    t.match([status, body.errors], [400, [{ path: 'steps[1].params.condition', message: /пишется в скобках, \{\w/ }]]);
  }
  t.equal(service.sandbox.requests.length, 0);
  t.equal((await run(service, { steps: check('да') })).status, 200);
});

t.test('params that stand beside params are named, where there are none and where there are', async (t) => {
  const service = await startService(t);
  const step = { id: 'a', type: 'amocrm_add_note', entity_type: 'leads', entity_id: 67890, note_text: 'Да' };
  const refused = await run(service, { steps: [step] }, 'ru');
  t.match(refused.body.errors, [{ path: 'steps[0].params', message: /entity_type, entity_id, note_text/ }]);
  const { body } = await run(service, { steps: [{ ...note(), id: 'a', note_type: 'common' }] });
  t.match(body.warnings, [/^step a: .*note_type/]);
});

t.test('as many warnings as there are faults at most, and those of the whole scenario first', async (t) => {
  const service = await startService(t);
  const lead = { type: 'amocrm_create_lead', params: { name: '{x | y}', tags: ['{x | z}', '{x | ю}'] } };
  const steps = Array.from({ length: 60 }, (_, index) => ({ ...lead, id: `s${index}`, next: '1' }));
  const { body } = await run(service, { steps, context: { x: 1 } });
  t.equal(body.warnings.length, 51, 'and one for the steps that are never reached');
  t.match(body.warnings.at(-1), /never reached/);
});

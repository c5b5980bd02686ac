import t from 'tap';
import { itemsSent, plantContact, writesTo } from '../fixtures/records.ts';
import { answerOf, type Service, startService } from '../fixtures/service.ts';

async function run({ app }: Service, payload: object) {
  return answerOf(await app.inject({ method: 'POST', url: '/scenarios/run', payload }));
}

const long = 'я'.repeat(2 ** 16);
const noteOf = (note_text: string, id: string, next_step = '') => ({
  id,
  type: 'amocrm_add_note',
  params: { entity_type: 'leads', entity_id: 67890, note_text },
  next_step,
});

t.test('text that grows beyond a mebibyte is refused before anything is sent', async (t) => {
  const service = await startService(t);
  const context = { big: long, list: [long] };
  const attacks = {
    text: { name: 'x', price: 1, custom_fields: { a: '{big}'.repeat(100_000) } },
    values: { name: 'x', tags: Array(20_000).fill('{big}') },
    lists: { name: 'x', custom_fields: { a: Array(20_000).fill('{list}') } },
  };
  for (const [what, params] of Object.entries(attacks)) {
    const { status, body } = await service.step('amocrm_create_lead', params, { context });
    t.match({ status, code: body.code }, { status: 422, code: 'CONTEXT_TOO_LARGE' }, what);
    t.equal(body.context.__step_error__, 'AmoCRM создание сделки: слишком много данных в контексте', what);
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('text of the params themselves does not count, nor does a context that is not asked for', async (t) => {
  const service = await startService(t);
  const context = { name: 'Иван', big: long };
  const { status } = await service.step('amocrm_create_lead', { name: `{name}${'x'.repeat(200)}` }, { context });
  t.equal(status, 200);
});

t.test('the text of all steps of a scenario counts together; what is done stays done', async (t) => {
  const service = await startService(t);
  const text = 'x'.repeat(19_000);
  const steps = Array.from({ length: 60 }, (_, n) => noteOf('{text}', `note ${n}`, n < 59 ? `note ${n + 1}` : ''));
  const { status, body } = await run(service, { steps, context: { text } });
  t.match({ status, code: body.code }, { status: 422, code: 'CONTEXT_TOO_LARGE' });
  t.match(body, { failed_step: 'note 55', written: Array(55).fill({ entity_type: 'notes' }) });
  t.equal(itemsSent(service.sandbox, 'leads/notes').length, 55);
});

t.test('a condition grows no further', async (t) => {
  const service = await startService(t);
  const params = { condition: '{big}'.repeat(100_000), true_step: 'b' };
  const steps = [
    { id: 'a', type: 'conditional', params },
    { id: 'b', type: 'end' },
  ];
  const { status, body } = await run(service, { steps, context: { big: long } });
  t.match({ status, ...body }, { status: 422, code: 'CONTEXT_TOO_LARGE', failed_step: 'a' });
});

t.test('a result that is too large for the context fails its step, and none after it begins', async (t) => {
  const service = await startService(t);
  for (let index = 0; index < 250; index += 1) {
    plantContact(service.sandbox, { name: `Бот ${index}`, comment: 'Б'.repeat(1_000) });
  }
  const search = (id: string, next_step?: string) => ({
    id,
    type: 'amocrm_search',
    params: { query: 'Бот', limit: 250, output_var: `found_${id}` },
    ...(next_step === undefined ? {} : { next_step }),
  });
  const ids = Array.from({ length: 8 }, (_, index) => `s${index}`);
  const steps = [
    noteOf('Да', 'first', 's0'),
    ...ids.map((id, index) => search(id, ids[index + 1] ?? 'last')),
    noteOf('Нет', 'last'),
  ];
  const { status, body } = await run(service, { steps, context: {} });
  t.match({ status, code: body.code }, { status: 422, code: 'CONTEXT_TOO_LARGE' });
  t.strictSame(body.written, [{ entity_type: 'notes', id: body.context.note_result.note_id }]);
  t.notOk(body.context[`found_${body.failed_step}`], 'the result that is too large is left out');
  t.ok(Buffer.byteLength(JSON.stringify(body.context)) < 4 * 2 ** 20);
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('a variable that is written anew counts once', async (t) => {
  const service = await startService(t);
  for (let index = 0; index < 250; index += 1) {
    plantContact(service.sandbox, { name: `Бот ${index}`, comment: 'Б'.repeat(1_000) });
  }
  const steps = Array.from({ length: 10 }, (_, index) => ({
    id: index,
    type: 'amocrm_search',
    params: { query: 'Бот', limit: 250 },
    ...(index < 9 ? { next_step: index + 1 } : {}),
  }));
  t.equal((await run(service, { steps, context: {} })).status, 200);
});

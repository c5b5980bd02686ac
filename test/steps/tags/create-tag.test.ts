import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

const type = 'amocrm_create_tag';

t.test('a tag is made for leads, or for another type of entity', async (t) => {
  const { sandbox, step } = await startService(t);
  for (const entity_type of [undefined, 'leads', 'contacts', 'companies', 'customers'] as const) {
    const name = `Тег ${entity_type}`;
    const { status, body } = await step(type, { name, entity_type });
    t.equal(status, 200);
    const kind = entity_type ?? 'leads';
    t.strictSame(itemsSent(sandbox, `${kind}/tags`).at(-1), { name });
    t.strictSame(body.result, {
      success: true,
      tag: { id: body.result.tag_id, name, color: null },
      tag_id: body.result.tag_id,
    });
    t.strictSame(body.context, { created_tag: body.result });
    t.match(sandbox.store.tags[kind].get(body.result.tag_id), { name });
  }
});

t.test('a name that is there already answers with its id and its own colour', async (t) => {
  const { sandbox, step } = await startService(t);
  const first = await step(type, { name: 'Срочно', color: 'FF8F92' });
  const second = await step(type, { name: 'Срочно', color: 'DDEBB5' });
  t.strictSame(second.body.result, first.body.result);
  t.match(second.body.result.tag, { name: 'Срочно', color: 'FF8F92' });
  t.equal([...sandbox.store.tags.leads.values()].filter(({ name }) => name === 'Срочно').length, 1);
});

t.test('a colour may be given with #, in small letters too, and is one that amoCRM has', async (t) => {
  const { sandbox, step } = await startService(t);
  t.match(await step(type, { name: 'Зелёный', color: '#DDEBB5' }), { body: { result: { tag: { color: 'DDEBB5' } } } });
  t.match(await step(type, { name: 'Серый', color: '#ebebeB' }), { body: { result: { tag: { color: 'EBEBEB' } } } });
  t.strictSame(itemsSent(sandbox, 'leads/tags'), [
    { name: 'Зелёный', color: 'DDEBB5' },
    { name: 'Серый', color: 'EBEBEB' },
  ]);
  for (const color of ['123456', '#', 'green', '##DDEBB5', 'DDEBB5 ', 5]) {
    t.strictSame(failureOf(await step(type, { name: 'Тег', color })), [400, 'INVALID_REQUEST', 'params.color']);
  }
  t.equal(writesTo(sandbox).length, 2);
});

t.test('only tags of leads have a colour', async (t) => {
  const { sandbox, step } = await startService(t);
  const answer = await step(type, { name: 'Тег', color: 'DDEBB5', entity_type: 'contacts' });
  t.strictSame(failureOf(answer), [400, 'INVALID_REQUEST', 'params.color']);
  t.strictSame(sandbox.requests, []);
});

t.test('amoCRM’s refusal comes back in the caller’s names', async (t) => {
  const { sandbox, step } = await startService(t);
  for (const path of ['name', 'color']) {
    const errors = [{ code: 'InvalidType', path, detail: 'No.' }];
    const body = { status: 400, 'validation-errors': [{ request_id: '0', errors }] };
    sandbox.faults.add({ method: 'POST', action: { kind: 'status', status: 400, body } });
    const answer = await step(type, { name: 'Тег', color: 'DDEBB5' });
    t.strictSame(failureOf(answer), [422, 'AMOCRM_REJECTED', `params.${path}`]);
  }
});

import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const find = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> => step('amocrm_find_lead', params);

const nothing = { success: true, found: false, lead: null, count: 0 };

t.test('a lead is found by its id', async (t) => {
  const service = await startService(t);
  for (const lead_id of [67892, '67892']) {
    const { status, body } = await find(service, { lead_id });
    t.match(
      { status, ...body.result },
      {
        status: 200,
        success: true,
        found: true,
        count: 1,
        lead: {
          id: 67892,
          name: 'Лендинг под акцию',
          price: 90000,
          fields: { Услуги: ['Дизайн', 'Вёрстка'], 'Срок сдачи': '2026-01-01' },
        },
      },
    );
    t.strictSame(body.context, { lead: body.result });
  }
  t.ok(readsOf(service.sandbox, 'leads').every((read) => read.includes('filter[id][]=67892')));
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('an id that is absent or deleted is not found, which is a success', async (t) => {
  const service = await startService(t);
  for (const lead_id of [999_999, 67898, 12345]) {
    const { status, body } = await find(service, { lead_id, query: 'Лендинг' });
    t.strictSame({ status, result: body.result }, { status: 200, result: nothing }, `${lead_id}`);
  }
});

t.test('an id goes before a query', async (t) => {
  const service = await startService(t);
  t.match((await find(service, { query: 'Лендинг', lead_id: 67890 })).body.result, { lead: { id: 67890 }, count: 1 });
  t.match((await find(service, { query: 'Лендинг', lead_id: '' })).body.result, { lead: { id: 67892 }, count: 1 });
});

t.test('a query takes amoCRM’s first hit and counts those of the first page', async (t) => {
  const service = await startService(t);
  t.match((await find(service, { query: 'Соколова' })).body.result, { found: true, lead: { id: 67890 }, count: 2 });
  t.strictSame((await find(service, { query: 'нет такой' })).body.result, nothing);
  t.strictSame((await find(service, { query: 'Дубль заявки' })).body.result, nothing, 'a deleted lead');
});

t.test('a lead that was found need not be asked for when a note is added', async (t) => {
  const service = await startService(t);
  await find(service, { query: 'Лендинг' });
  const asked = readsOf(service.sandbox, 'leads').length;
  const note = { entity_type: 'leads', entity_id: 67892, note_text: 'Проверено' };
  t.equal((await service.step('amocrm_add_note', note)).status, 200);
  t.equal(readsOf(service.sandbox, 'leads').length, asked);
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{}, 'params'],
    [{ lead_id: null, query: '' }, 'params'],
    [{ lead_id: 'x' }, 'params.lead_id'],
    [{ lead_id: -5 }, 'params.lead_id'],
    [{ query: ' ' }, 'params.query'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await find(service, params)), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

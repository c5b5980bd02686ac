import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const get = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> => step('amocrm_get_lead', params);

t.test('a lead comes with its contacts, the main one and the company', async (t) => {
  const service = await startService(t);
  const { status, body } = await get(service, { lead_id: '67890' });
  t.equal(status, 200);
  const { lead, ...rest } = body.result;
  t.strictSame(rest, { success: true, contact_id: lead._embedded.contacts[0].id, company_id: 33001 });
  t.match(lead, { id: 67890, _embedded: { contacts: [{ is_main: true }] } });
  t.strictSame(readsOf(service.sandbox, 'leads'), ['limit=250&with=contacts&filter[id][]=67890']);
});

t.test('contacts may be asked for, which it always has', async (t) => {
  const service = await startService(t);
  const { body } = await get(service, { lead_id: 67890, with: ['contacts', 'is_price_modified_by_robot'] });
  t.match(body.result, { lead: { is_price_modified_by_robot: false, _embedded: { contacts: [{ is_main: true }] } } });
  t.strictSame(readsOf(service.sandbox, 'leads'), [
    'limit=250&with=contacts,is_price_modified_by_robot&filter[id][]=67890',
  ]);
});

t.test('a lead without contact and company says so', async (t) => {
  const service = await startService(t);
  t.match((await get(service, { lead_id: 67895 })).body.result, { contact_id: null, company_id: null });
});

t.test('the reason why it was lost is added', async (t) => {
  const service = await startService(t);
  const { body } = await get(service, { lead_id: 67893, with: 'loss_reason,source' });
  t.match(body.result.lead._embedded.loss_reason, [{ id: 501, name: 'Дорого' }]);
});

t.test('an id that is absent or in the bin is not found', async (t) => {
  const service = await startService(t);
  for (const lead_id of [999_999, 67898]) {
    const answer = await get(service, { lead_id });
    t.strictSame(failureOf(answer), [404, 'ENTITY_NOT_FOUND', 'params.lead_id']);
    t.equal(answer.body.context.__step_error__, 'AmoCRM получение сделки: объект не найден');
  }
});

t.test('a hundred at once share calls, those with the same additions each', async (t) => {
  const service = await startService(t);
  const many = Array.from({ length: 100 }, (_, n) =>
    get(service, { lead_id: 67890 + (n % 4), ...(n % 2 ? { with: ['source'] } : {}) }),
  );
  const answers = await Promise.all(many);
  t.ok(answers.every(({ status }) => status === 200));
  const reads = readsOf(service.sandbox, 'leads');
  t.ok(reads.length <= 6, `${reads.length} calls`);
  t.ok(reads.some((read) => read.startsWith('limit=250&with=contacts,source&')));
});

t.test('only what amoCRM documents can be added', async (t) => {
  const service = await startService(t);
  t.strictSame(failureOf(await get(service, { lead_id: 1, with: 'only_deleted' })), [
    400,
    'INVALID_REQUEST',
    'params.with',
  ]);
  t.strictSame(failureOf(await get(service, {})), [400, 'INVALID_REQUEST', 'params.lead_id']);
  t.strictSame(service.sandbox.requests, []);
});

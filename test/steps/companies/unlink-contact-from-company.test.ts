import t from 'tap';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { startKeyed, until } from '../../fixtures/keyed.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

/** Contact 12345 belongs to company 33001, 12346 to none. */
const type = 'amocrm_unlink_contact_from_company';
const companiesOf = ({ store }: Sandbox, id: number) =>
  store.links.of({ kind: 'contacts', id }, 'companies').map((each) => each.id);

t.test('a contact is taken out of its company, which need not be named', async (t) => {
  for (const given of [{}, { company_id: '33001' }, { company_id: null }]) {
    const { sandbox, step } = await startService(t);
    const { status, body } = await step(type, { contact_id: 12345, ...given });
    t.equal(status, 200);
    t.strictSame(body.result, { success: true, unlinked: true, contact_id: 12345, company_id: 33001 });
    t.strictSame(body.context, { unlink_result: body.result });
    const sent = { entity_id: 12345, to_entity_id: 33001, to_entity_type: 'companies' };
    t.strictSame(itemsSent(sandbox, 'contacts/unlink'), [sent]);
    t.strictSame(companiesOf(sandbox, 12345), []);
    t.equal(writesTo(sandbox).length, 1);
  }
});

t.test('a contact that has no such company is a success without a write', async (t) => {
  const { sandbox, step } = await startService(t);
  const cases: [params: object, company_id: number | null][] = [
    [{ contact_id: 12346 }, null],
    [{ contact_id: 12346, company_id: 33001 }, 33001],
    [{ contact_id: 12345, company_id: 33002 }, 33002],
  ];
  for (const [params, company_id] of cases) {
    t.match((await step(type, params)).body.result, { unlinked: false, company_id });
  }
  t.strictSame(writesTo(sandbox), []);
  t.strictSame(companiesOf(sandbox, 12345), [33001]);
});

t.test('of two at once one undoes the link', async (t) => {
  const { sandbox, step } = await startService(t, { sandbox: { latencyMs: 20 } });
  const answers = await Promise.all([1, 2].map(() => step(type, { contact_id: 12345 })));
  t.strictSame(answers.map(({ body }) => body.result.unlinked).sort(), [false, true]);
  t.equal(writesTo(sandbox).length, 1);
});

t.test('contact and company must exist', async (t) => {
  const { sandbox, step } = await startService(t);
  const missing: [object, string[]][] = [
    [{ contact_id: 999_999 }, ['params.contact_id']],
    [{ contact_id: 12345, company_id: 999_999 }, ['params.company_id']],
    [{ contact_id: 999_998, company_id: 999_999 }, ['params.contact_id', 'params.company_id']],
  ];
  for (const [params, paths] of missing) {
    t.strictSame(failureOf(await step(type, params)), [404, 'ENTITY_NOT_FOUND', ...paths]);
  }
  t.strictSame(writesTo(sandbox), []);
});

t.test('what an earlier attempt under the same key has undone is told as undone', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '30000' }, second: 15 });
  const { sandbox } = service;
  sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'hang' } } });
  const lost = service.step(type, { contact_id: 12345 }, 'k');
  await until(() => writesTo(sandbox).length === 1 && companiesOf(sandbox, 12345).length === 0);
  await service.crash();
  t.match(await service.step(type, { contact_id: 12345 }, 'k'), {
    status: 200,
    body: { result: { unlinked: true, company_id: 33001 } },
  });
  t.equal(writesTo(sandbox).length, 1);
  t.equal((await lost).status, 504);
});

t.test('under a key, an unlink that was begun is still that of the company of then', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '100' }, second: 15 });
  const { sandbox } = service;
  sandbox.faults.add({ method: 'POST', times: 3, action: { kind: 'hang' } });
  t.match(await service.step(type, { contact_id: 12345 }, 'k'), { body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
  sandbox.store.links.add({ kind: 'contacts', id: 12345 }, { kind: 'companies', id: 33002 });
  const done = await service.step(type, { contact_id: 12345 }, 'k');
  t.match(done, { status: 200, body: { result: { unlinked: true, company_id: 33001 } } });
  t.strictSame(companiesOf(sandbox, 12345), [33002], 'that of somebody else stays');
});

t.test('a company that was deleted since it was seen is told as gone', async (t) => {
  const { step, sandbox } = await startService(t);
  const { contact_id } = (await step('amocrm_create_contact', { name: 'Без компании' })).body.result;
  const company_id = 33001;
  t.equal((await step('amocrm_get_company', { company_id })).status, 200);
  sandbox.store.bin('companies', company_id);
  const gone = await step('amocrm_unlink_contact_from_company', { contact_id, company_id });
  t.match(gone, { status: 404, body: { code: 'ENTITY_NOT_FOUND', errors: [{ path: 'params.company_id' }] } });
});

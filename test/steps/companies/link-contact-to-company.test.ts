import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import type { FaultAction, Sandbox } from '../../../src/sandbox/sandbox.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

/** Contact 12345 belongs to company 33001, 12346 to none. */
const type = 'amocrm_link_contact_to_company';
const link = ({ step }: Service, contact_id: unknown, company_id: unknown): Promise<Answer> =>
  step(type, { contact_id, company_id });
const companiesOf = ({ store }: Sandbox, id: number) =>
  store.links.of({ kind: 'contacts', id }, 'companies').map((each) => each.id);
const item = (contact: number, company: number) => ({
  entity_id: contact,
  to_entity_id: company,
  to_entity_type: 'companies',
});

t.test('a contact without a company gets one', async (t) => {
  const service = await startService(t);
  const { status, body } = await link(service, '12346', 33002);
  t.equal(status, 200);
  t.strictSame(body.result, { success: true, linked: true, contact_id: 12346, company_id: 33002 });
  t.strictSame(body.context, { link_result: body.result });
  t.strictSame(itemsSent(service.sandbox, 'contacts/link'), [item(12346, 33002)]);
  t.strictSame(companiesOf(service.sandbox, 12346), [33002]);
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('the company that a contact has is unlinked first', async (t) => {
  const service = await startService(t);
  t.match((await link(service, 12345, 33002)).body.result, { linked: true });
  t.strictSame(
    writesTo(service.sandbox).map(({ path, body }) => [path, body]),
    [
      ['/api/v4/contacts/unlink', [item(12345, 33001)]],
      ['/api/v4/contacts/link', [item(12345, 33002)]],
    ],
  );
  t.strictSame(companiesOf(service.sandbox, 12345), [33002]);
});

t.test('nothing is written where the contact has this company already', async (t) => {
  const service = await startService(t);
  t.match((await link(service, 12345, 33001)).body.result, { linked: true });
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('several at once for one contact go one after another, and leave it one company', async (t) => {
  const service = await startService(t, { sandbox: { latencyMs: 10 } });
  const answers = await Promise.all([33002, 33003, 33001, 33002].map((id) => link(service, 12345, id)));
  t.ok(answers.every(({ status }) => status === 200));
  t.strictSame(companiesOf(service.sandbox, 12345), [33002]);
});

t.test('contact and company must exist; of what is missing nothing is unlinked', async (t) => {
  const service = await startService(t);
  t.strictSame(failureOf(await link(service, 12345, 999_999)), [404, 'ENTITY_NOT_FOUND', 'params.company_id']);
  t.strictSame(failureOf(await link(service, 999_999, 999_998)), [
    404,
    'ENTITY_NOT_FOUND',
    'params.contact_id',
    'params.company_id',
  ]);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('a company that was deleted since it was seen is no reason to unlink the one that is there', async (t) => {
  const service = await startService(t);
  const { sandbox } = service;
  t.equal((await link(service, 12346, 33002)).status, 200);
  sandbox.requests.length = 0;
  sandbox.store.bin('companies', 33002);
  t.strictSame(failureOf(await link(service, 12345, 33002)), [404, 'ENTITY_NOT_FOUND', 'params.company_id']);
  t.strictSame(writesTo(sandbox), []);
});

t.test('what was unlinked for a link that is refused is linked again, and under a key all is done anew', async (t) => {
  const service = await startKeyed(t, { second: 15 });
  const { sandbox } = service;
  const params = { contact_id: 12345, company_id: 33002 };
  sandbox.faults.add({
    method: 'POST',
    path: '/api/v4/contacts/link',
    action: { kind: 'status', status: 403, body: 'problem' },
  });
  t.match(await service.step(type, params, 'k'), {
    status: 502,
    body: { code: 'AMOCRM_FORBIDDEN', written: [{ entity_type: 'contacts', id: 12345 }] },
  });
  t.strictSame(companiesOf(sandbox, 12345), [33001]);
  t.match(await service.step(type, params, 'k'), { status: 200, body: { result: { linked: true } } });
  t.strictSame(companiesOf(sandbox, 12345), [33002]);
  t.equal(itemsSent(sandbox, 'contacts/unlink').length, 2);
});

t.test('what an earlier attempt has unlinked is linked again too', async (t) => {
  const service = await startKeyed(t, { second: 15 });
  const { sandbox } = service;
  const params = { contact_id: 12345, company_id: 33002 };
  const action = { kind: 'after', next: { kind: 'hang' } } as const;
  sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts/unlink', action });
  void service.step(type, params, 'k').catch(() => {});
  while (companiesOf(sandbox, 12345).length > 0) await setTimeout(5);
  await service.crash();
  const refusal = { kind: 'status', status: 403, body: 'problem' } as const;
  sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts/link', action: refusal });
  t.match(await service.step(type, params, 'k'), { status: 502, body: { code: 'AMOCRM_FORBIDDEN' } });
  t.strictSame(companiesOf(sandbox, 12345), [33001]);
  t.match(await service.step(type, params, 'k'), { status: 200, body: { result: { linked: true } } });
  t.strictSame(companiesOf(sandbox, 12345), [33002]);
});

t.test('what somebody else has unlinked meanwhile is not linked again', async (t) => {
  const service = await startService(t);
  const { sandbox } = service;
  const body = [{ to_entity_id: 33001, to_entity_type: 'companies' }];
  const refusal: FaultAction = {
    kind: 'status',
    status: 400,
    body: {
      'validation-errors': [
        { request_id: '0', errors: [{ code: 'NotSupportedChoice', path: 'to_entity_id', detail: 'Not found' }] },
      ],
    },
  };
  sandbox.faults.add({
    method: 'POST',
    path: '/api/v4/contacts/unlink',
    action: { kind: 'meanwhile', method: 'POST', path: 'contacts/12345/unlink', body, next: refusal },
  });
  const action = { kind: 'status', status: 403, body: 'problem' } as const;
  sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts/link', action });
  t.match(await link(service, 12345, 33002), { status: 502, body: { code: 'AMOCRM_FORBIDDEN' } });
  t.strictSame(companiesOf(sandbox, 12345), []);
});

t.test('a link in doubt tells what was unlinked for it', async (t) => {
  const service = await startKeyed(t, { second: 15 });
  const action = { kind: 'status', status: 504, body: 'html' } as const;
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts/link', times: 20, action });
  t.match(await service.step(type, { contact_id: 12345, company_id: 33002 }, 'k'), {
    status: 504,
    body: { code: 'OUTCOME_UNKNOWN', detail: /; company 33001 was unlinked before$/ },
  });
});

t.test('where it cannot be linked again the failure says so, and under a key the rest is done', async (t) => {
  const service = await startKeyed(t, { second: 15 });
  const { sandbox } = service;
  const params = { contact_id: 12345, company_id: 33002 };
  sandbox.faults.add({
    method: 'POST',
    path: '/api/v4/contacts/link',
    times: 2,
    action: { kind: 'status', status: 403, body: 'problem' },
  });
  t.match(await service.step(type, params, 'k'), {
    status: 502,
    body: {
      code: 'AMOCRM_FORBIDDEN',
      detail: /company 33001 was unlinked before and could not be linked again/,
      written: [{ entity_type: 'contacts', id: 12345 }],
    },
  });
  t.strictSame(companiesOf(sandbox, 12345), []);
  t.match(await service.step(type, params, 'k'), { status: 200, body: { result: { linked: true } } });
  t.strictSame(companiesOf(sandbox, 12345), [33002]);
  t.equal(itemsSent(sandbox, 'contacts/unlink').length, 1);
});

t.test('under a key, the unlink that was done is not taken for that of a company linked since', async (t) => {
  const service = await startKeyed(t, { sandbox: { secondCompany: 'refuse' }, second: 15 });
  const { sandbox } = service;
  const params = { contact_id: 12345, company_id: 33002 };
  const action = { kind: 'status', status: 403, body: 'problem' } as const;
  sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts/link', times: 2, action });
  t.match(await service.step(type, params, 'k'), { status: 502, body: { code: 'AMOCRM_FORBIDDEN' } });
  sandbox.store.links.add({ kind: 'contacts', id: 12345 }, { kind: 'companies', id: 33003 });
  t.match(await service.step(type, params, 'k'), { status: 200, body: { result: { linked: true } } });
  t.strictSame(itemsSent(sandbox, 'contacts/unlink'), [item(12345, 33001), item(12345, 33003)]);
  t.strictSame(companiesOf(sandbox, 12345), [33002]);
});

t.test('a company that amoCRM refuses beside another is not called missing; one that is gone is', async (t) => {
  const service = await startService(t, { sandbox: { secondCompany: 'refuse' } });
  const { sandbox } = service;
  const path = '/api/v4/contacts/link';
  const body = [{ to_entity_id: 33001, to_entity_type: 'companies' }];
  const action: FaultAction = { kind: 'meanwhile', method: 'POST', path: 'contacts/12346/link', body };
  sandbox.faults.add({ method: 'POST', path, action });
  t.strictSame(failureOf(await link(service, 12346, 33002)), [422, 'AMOCRM_REJECTED', 'params.company_id']);
  // The service has just seen it.
  sandbox.store.bin('companies', 33002);
  t.strictSame(failureOf(await link(service, 12345, 33002)), [404, 'ENTITY_NOT_FOUND', 'params.company_id']);
});

import t from 'tap';
import { startKeyed } from '../../fixtures/keyed.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const impatient = { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '1500' };
const person = { name: 'Иван Петров', phone: '+79161234567' };
const company = { name: 'Ромашка' };

for (const [type, params, part] of [
  ['amocrm_create_contact', person, { contact: person }],
  ['amocrm_create_company', company, { company }],
] as const) {
  t.test(`${type}: what a lead brought along is not taken for a create that was never done`, async (t) => {
    const { sandbox, step, travel, crash } = await startKeyed(t, { env: impatient });
    const list = 'company' in part ? 'companies' : 'contacts';
    sandbox.faults.add({ method: 'POST', path: `/api/v4/${list}`, times: 1, action: { kind: 'hang' } });
    t.equal((await step(type, params, 'k')).body.code, 'OUTCOME_UNKNOWN');
    const whole = await step('amocrm_create_lead_complex', { name: 'Заявка', ...part });
    const { contact_id, company_id } = whole.body.result ?? {};
    const brought = contact_id ?? company_id;
    t.type(brought, 'number', whole.text);
    await crash();
    travel(200);
    const { body } = await step(type, params, 'k');
    const own = body.result?.contact_id ?? body.result?.company_id;
    t.not(own, brought, JSON.stringify(body));
  });
}

t.test('a find-or-create that was never done finds what a lead brought along', async (t) => {
  const { sandbox, step, travel } = await startKeyed(t, { env: impatient });
  sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts', times: 1, action: { kind: 'hang' } });
  t.equal((await step('amocrm_find_or_create_contact', person, 'k')).body.code, 'OUTCOME_UNKNOWN');
  const whole = await step('amocrm_create_lead_complex', { name: 'Заявка', contact: person });
  travel(200);
  const { body } = await step('amocrm_find_or_create_contact', person, 'k');
  t.match(body.result ?? body, { contact_id: whole.body.result.contact_id, found: true, created: false });
});

t.test('what a lead may bring along in this moment is left to it', async (t) => {
  const clock = createUnhurriedClock(50);
  const { sandbox, step } = await startService(t, { clock, env: { ...impatient, STEP_DEADLINE_MS: '3000' } });
  const drop = { kind: 'delay', ms: 100, next: { kind: 'drop' } } as const;
  sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts', times: 1, action: drop });
  sandbox.faults.add({
    method: 'POST',
    path: '/api/v4/leads/complex',
    times: 1,
    action: { kind: 'after', next: { kind: 'delay', ms: 250 } },
  });
  const [alone, whole] = await Promise.all([
    step('amocrm_create_contact', { name: 'Иван Петров' }),
    step('amocrm_create_lead_complex', { name: 'Заявка', contact: { name: 'Иван Петров' } }),
  ]);
  t.equal(whole.status, 200, JSON.stringify(whole.body));
  t.equal(alone.status, 200, JSON.stringify(alone.body));
  t.not(alone.body.result.contact_id, whole.body.result.contact_id);
});

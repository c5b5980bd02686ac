import t from 'tap';
import { startKeyed } from '../../fixtures/keyed.ts';

const env = { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '1500' };

for (const other of [undefined, 'other']) {
  const what = other === undefined ? 'without a key' : 'under another key';
  t.test(`two equal creates carried out late are two: the other one is ${what}`, async (t) => {
    const { sandbox, step, travel } = await startKeyed(t, { env });
    sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', times: 2, action: { kind: 'late' } });
    for (const key of ['k', other]) {
      t.equal((await step('amocrm_create_lead', { name: 'Равные' }, key)).body.code, 'OUTCOME_UNKNOWN');
    }
    await sandbox.waiting.release();
    travel(5);
    const { status, body } = await step('amocrm_create_lead', { name: 'Равные' }, 'k');
    t.equal(status, 200, JSON.stringify(body));
    const made = [...sandbox.store.leads.values()].filter(({ name }) => name === 'Равные').map(({ id }) => id);
    t.equal(made.length, 2);
    t.ok(made.includes(body.result?.lead_id));
  });
}

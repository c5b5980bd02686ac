import t from 'tap';
import type { FaultAction } from '../../../src/sandbox/sandbox.ts';
import { plantContact } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const quick = () => createUnhurriedClock(15);

const refused = { status: 502, body: { code: 'AMOCRM_ERROR' } };
const failures = {
  403: { status: 502, body: { code: 'AMOCRM_FORBIDDEN' } },
  404: refused,
  409: refused,
  413: refused,
  422: { status: 422, body: { code: 'AMOCRM_REJECTED', detail: /Injected fault/ } },
};

for (const status of [403, 404, 409, 413, 422] as const) {
  t.test(`of a batch that a ${status} refuses because of one item the others are created`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick() });
    const action: FaultAction = { kind: 'status', status, body: 'problem' };
    sandbox.faults.add({ method: 'POST', item: 'Плохой', times: Number.POSITIVE_INFINITY, action });
    const names = Array.from({ length: 20 }, (_, index) => (index === 7 ? 'Плохой' : `Хороший ${index}`));
    const answers = await Promise.all(names.map((name) => step('amocrm_create_contact', { name })));
    t.match(answers[7], failures[status]);
    t.equal(answers.filter((answer) => answer.status === 200).length, 19);
    for (const name of names) {
      const there = [...sandbox.store.contacts.values()].filter((contact) => contact.name === name);
      t.equal(there.length, name === 'Плохой' ? 0 : 1);
    }
  });
}

t.test('of updates that a 204 answers because of one the others are carried out', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  const action: FaultAction = { kind: 'status', status: 204 };
  sandbox.faults.add({ method: 'PATCH', item: 'Плохой', times: Number.POSITIVE_INFINITY, action });
  const ids = Array.from({ length: 20 }, () => plantContact(sandbox, {}));
  const answers = await Promise.all(
    ids.map((contact_id, index) =>
      step('amocrm_update_contact', { contact_id, update_data: { name: index === 7 ? 'Плохой' : 'Хороший' } }),
    ),
  );
  t.match(answers[7], { status: 502, body: { code: 'AMOCRM_ERROR' } });
  t.equal(answers.filter(({ status }) => status === 200).length, 19);
  t.equal(ids.filter((id) => sandbox.store.contacts.get(id)?.name === 'Хороший').length, 19);
});

for (const status of [301, 302, 307, 308] as const) {
  t.test(`a redirect (${status}) is a definite failure that names the host, and stops nothing`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick() });
    const action: FaultAction = { kind: 'redirect', to: 'https://new.amocrm.example', status };
    sandbox.faults.add({ times: 12, action });
    for (let index = 0; index < 6; index += 1) {
      const answer = await step('amocrm_create_contact', { name: 'Не туда' });
      t.match(answer, { status: 502, body: { code: 'AMOCRM_ERROR', retryable: false } });
      t.match(answer.body.detail, /new\.amocrm\.example.*AMO_BASE_URL/);
    }
    t.match(await step('amocrm_search', { query: 'Иван' }), { status: 502, body: { code: 'AMOCRM_ERROR' } });
    sandbox.faults.clear();
    t.equal((await step('amocrm_create_contact', { name: 'Туда' })).status, 200);
  });
}

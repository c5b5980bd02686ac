import t from 'tap';
import type { FaultAction } from '../../src/sandbox/sandbox.ts';
import { failureOf } from '../fixtures/failure.ts';
import { readsOf } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

/** What follows from amoCRM's rarer answers, from a step's request to its answer. */

const quick = () => createUnhurriedClock(15);
const page = (status: number): FaultAction => ({ kind: 'status', status, body: 'html' });
const nowAndThen = { times: Number.POSITIVE_INFINITY };

for (const [what, action] of Object.entries({
  'that was not carried out': page(404),
  'that was carried out': { kind: 'after', next: page(404) } as const,
})) {
  t.test(`a page with 404 leaves a create in doubt: one ${what} is made once`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick() });
    sandbox.faults.add({ method: 'POST', action });
    t.match(await step('amocrm_create_contact', { name: 'Один' }), { status: 200 });
    t.equal(sandbox.store.contacts.values().filter(({ name }) => name === 'Один').length, 1);
  });
}

t.test('a read that a page with 404 answers is made again', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  sandbox.faults.add({ method: 'GET', action: page(404) });
  t.match(await step('amocrm_search', { query: 'Иван' }), { status: 200, body: { result: { count: 2 } } });
  t.equal(readsOf(sandbox, 'contacts').length, 2);
});

t.test('pages with 404 alone are a failure of amoCRM, not of the caller', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  sandbox.faults.add({ ...nowAndThen, action: page(404) });
  t.strictSame(failureOf(await step('amocrm_search', { query: 'Иван' })), [502, 'AMOCRM_ERROR']);
});

t.test('a page with 202 is a success of a write, and no empty list for a read', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: page(202) } });
  const { body } = await step('amocrm_create_contact', { name: 'Принят' });
  t.ok(sandbox.store.contacts.has(body.result.contact_id), 'its id is looked for');
  sandbox.faults.add({ method: 'GET', action: page(202) });
  t.strictSame(failureOf(await step('amocrm_search', { query: 'Иван' })), [502, 'AMOCRM_ERROR']);
});

for (const status of [200, 202]) {
  t.test(`an empty body with ${status} is no empty list, and its writes are looked at`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick() });
    const nothing: FaultAction = { kind: 'status', status, body: '' };
    const before = sandbox.store.contacts.size;
    sandbox.faults.add({ method: 'GET', path: '/api/v4/contacts', ...nowAndThen, action: nothing });
    const known = await step('amocrm_find_or_create_contact', { phone: '+79001234567' });
    t.strictSame(failureOf(known), [502, 'AMOCRM_ERROR']);
    t.equal(sandbox.store.contacts.size, before);
    sandbox.faults.clear();
    sandbox.faults.add({ method: 'GET', action: nothing });
    const read = await step('amocrm_get_lead', { lead_id: 67890 });
    if (status === 200) t.match(read, { status: 200 }, 'read again');
    else t.strictSame(failureOf(read), [502, 'AMOCRM_ERROR']);
    for (const [type, params, method] of [
      ['amocrm_update_lead', { lead_id: 67890, price: 4321 }, 'PATCH'],
      ['amocrm_add_tags', { entity_type: 'leads', entity_id: 67890, tags: ['пустое тело'] }, 'PATCH'],
      ['amocrm_link_contact_to_company', { contact_id: 12346, company_id: 33001 }, 'POST'],
    ] as const) {
      sandbox.faults.clear();
      sandbox.faults.add({ method, action: { kind: 'after', next: nothing } });
      t.match(await step(type, params), { status: 200 }, type);
    }
  });
}

for (const role of ['user', 'external'] as const) {
  for (const forbidden of ['json', 'html'] as const) {
    t.test(
      `the token of ${role} may not read users, told as ${forbidden}: that right is named, the rest works`,
      async (t) => {
        const { sandbox, step } = await startService(t, { clock: quick(), sandbox: { role, forbidden } });
        const answers = await Promise.all(
          ['Ольга Лебедева', 'никто'].map((responsible_user) =>
            step('amocrm_create_lead', { name: 'a', responsible_user }),
          ),
        );
        for (const answer of answers) {
          t.match(answer, { status: 502, body: { code: 'AMOCRM_FORBIDDEN', retryable: false } });
          t.match(
            answer.body.detail,
            /GET users needs an administrator’s token of an integration that is not external/,
          );
        }
        const asked = sandbox.requests.map(({ path }) => path);
        t.strictSame(asked, ['/api/v4/users', ...(forbidden === 'html' ? ['/api/v4/account'] : [])]);
        t.match(await step('amocrm_create_lead', { name: 'a', responsible_user_id: 8000001 }), { status: 200 });
      },
    );
  }
}

t.test('where the account does not answer either, a page with 403 is a block', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  sandbox.faults.add({ action: { kind: 'ban' } });
  const blocked = [503, 'AMOCRM_UNAVAILABLE'];
  t.strictSame(failureOf(await step('amocrm_create_lead', { name: 'a', responsible_user: 'Ольга' })), blocked);
  const sent = sandbox.requests.map(({ path }) => path);
  t.strictSame(sent, ['/api/v4/users', '/api/v4/account']);
  t.strictSame(failureOf(await step('amocrm_search', { query: 'Иван' })), blocked);
  t.equal(sandbox.requests.length, 2);
});

t.test('a page with 403 where no right is needed is a block at once', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick() });
  sandbox.faults.add({ action: page(403) });
  t.strictSame(failureOf(await step('amocrm_search', { query: 'Иван' })), [503, 'AMOCRM_UNAVAILABLE']);
  t.equal(sandbox.requests.length, 1);
});

for (const [what, action] of Object.entries({
  'a 402': { kind: 'payment-required' } as const,
  'the code 426': { kind: 'status', status: 400, body: { detail: 'Код ошибки 426.' } } as const,
})) {
  t.test(`customers that are switched off, told by ${what}, stop nothing else`, async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick() });
    sandbox.faults.add({ path: '/api/v4/customers', ...nowAndThen, action });
    const note = { entity_type: 'customers', entity_id: 98001, note_text: 'a' };
    const answer = await step('amocrm_add_note', note);
    t.match(answer, { status: 502, body: { code: 'AMOCRM_FORBIDDEN', retryable: false } });
    t.match(answer.body.detail, /customers are switched off in this account/);
    t.match(await step('amocrm_search', { query: 'Иван' }), { status: 200 });
  });
}

t.test('the step that meets a block is told the time to the next probe, as those after it are', async (t) => {
  for (const [type, params] of [
    ['amocrm_search', { query: 'Иван' }],
    ['amocrm_create_contact', { name: 'Иван' }],
    ['amocrm_create_lead', { name: 'a', responsible_user: 'Ольга' }],
  ] as const) {
    const { sandbox, step } = await startService(t, { clock: createUnhurriedClock(10_000) });
    sandbox.faults.add({ action: { kind: 'ban' } });
    for (const who of ['it', 'the next']) {
      const answer = await step(type, params);
      t.strictSame(failureOf(answer), [503, 'AMOCRM_UNAVAILABLE']);
      t.equal(answer.headers['retry-after'], '30', `${type}: ${who}`);
    }
  }
});

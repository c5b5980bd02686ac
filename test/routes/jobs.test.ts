import t from 'tap';
import { openBounds } from '../../src/jobs/jobs.ts';
import { jobsOf } from '../fixtures/jobs.ts';
import { type KeyedService, startKeyed, until } from '../fixtures/keyed.ts';
import { isProblem } from '../fixtures/problem.ts';
import { itemsSent, writesTo } from '../fixtures/records.ts';

const createContact = '/steps/amocrm_create_contact';
const down = { kind: 'status', status: 500 } as const;
const forever = Number.POSITIVE_INFINITY;
const keys = {
  ann: 'ann-0123456789abcdef',
  bob: 'bob-0123456789abcdef',
  read: 'read-0123456789abcdef',
  prom: 'prom-0123456789abcdef',
};
const env = { API_KEYS: `ann=${keys.ann},bob=${keys.bob},ann:read=${keys.read},prom:metrics=${keys.prom}` };
const as = (who: keyof typeof keys) => ({ 'x-api-key': keys[who] });

/** Jobs that wait: amoCRM answers no read with anything of use. */
function breakAmocrm({ sandbox }: KeyedService): () => void {
  sandbox.faults.add({ action: down, times: forever });
  return () => sandbox.faults.clear();
}

t.test('a job is shown to its caller alone, whichever of its keys is used', async (t) => {
  const service = await startKeyed(t, { env });
  const { body } = await jobsOf(service).later(createContact, { params: { name: 'Один' } }, 'k', as('ann'));
  for (const who of ['ann', 'read'] as const) t.equal((await service.get(`/jobs/${body.id}`, as(who))).status, 200);
  isProblem(t, await service.get(`/jobs/${body.id}`, as('bob')), 'NOT_FOUND');
  const unknown = await service.get('/jobs/nope', as('ann'));
  isProblem(t, unknown, 'NOT_FOUND');
  t.equal(unknown.body.detail, 'You have no job "nope"; GET /jobs lists them');
  for (const change of ['cancel', 'retry']) {
    isProblem(t, await service.post(`/jobs/${body.id}/${change}`, {}, undefined, as('bob')), 'NOT_FOUND');
    isProblem(t, await service.post(`/jobs/${body.id}/${change}`, {}, undefined, as('read')), 'KEY_NOT_ALLOWED');
  }
  t.strictSame((await service.get('/jobs', as('bob'))).body.jobs, []);
  const after = await service.get(`/jobs?after=${body.id}`, as('bob'));
  isProblem(t, after, 'INVALID_REQUEST');
  t.match(after.body.detail, new RegExp(`^after: you have no job "${body.id}"`));
  isProblem(t, await service.get('/jobs', as('prom')), 'KEY_NOT_ALLOWED');
  isProblem(t, await service.get('/jobs'), 'UNAUTHORIZED');
});

t.test('what a key may not do at once it may not do later', async (t) => {
  const service = await startKeyed(t, { env });
  const { later } = jobsOf(service);
  const writing = { steps: [{ type: 'amocrm_create_lead', params: { name: 'x' } }] };
  isProblem(t, await later(createContact, { params: { name: 'x' } }, undefined, as('read')), 'KEY_NOT_ALLOWED');
  isProblem(t, await later('/scenarios/run', writing, undefined, as('read')), 'KEY_NOT_ALLOWED');
  const find = await later('/steps/amocrm_find_contact', { params: { query: 'Иван' } }, undefined, as('read'));
  t.equal(find.status, 202);
});

t.test('who asks with wait hears of the end when it comes', async (t) => {
  const service = await startKeyed(t);
  const { create } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const { body } = await create('Один');
  await until(() => writesTo(service.sandbox).length === 1);
  const ask = (wait: number) => service.get(`/jobs/${body.id}`, { prefer: `wait=${wait}` });
  const early = await ask(1);
  t.match(early, { body: { status: 'running' }, headers: { 'retry-after': '1', 'preference-applied': 'wait=1' } });
  const asking = [ask(25), ask(25)];
  await service.sandbox.waiting.release();
  for (const { body } of await Promise.all(asking)) t.match(body, { status: 'succeeded', attempts: 1 });
  t.match(await ask(25), { body: { status: 'succeeded' } }, 'at once');
  isProblem(t, await ask(26), 'INVALID_REQUEST');
});

t.test('lists are paged, the newest first, by status where wanted', async (t) => {
  const service = await startKeyed(t);
  const { create, later, list, until } = jobsOf(service);
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const { id } = (await create(name)).body;
    await until(id, 'succeeded');
    ids.unshift(id);
  }
  const failed = (await later(createContact, { params: { name: 'd', custom_fields: { Нет: 1 } } })).body.id;
  await until(failed, 'failed');
  const page = async (query: string) => {
    const { body } = await list(query);
    return [body.jobs.map(({ id }: { id: string }) => id), body.has_more];
  };
  t.strictSame(await page(''), [[failed, ...ids], false]);
  t.strictSame(await page('?limit=2'), [[failed, ids[0]], true]);
  t.strictSame(await page(`?limit=2&after=${ids[0]}`), [ids.slice(1), false]);
  t.strictSame(await page('?status=failed'), [[failed], false]);
  t.strictSame(await page('?status=queued'), [[], false]);
  t.match((await list('?status=failed')).body.jobs, [{ problem: { code: 'UNKNOWN_FIELD' }, result: null }]);
  for (const query of [
    '?limit=0',
    '?limit=101',
    '?limit=x',
    '?status=nope',
    '?after=nope',
    '?limt=1',
    '?status=failed&status=queued',
  ]) {
    isProblem(t, await list(query), 'INVALID_REQUEST', { what: query });
  }
});

t.test('what waits and has written nothing can be cancelled, and is not carried out', async (t) => {
  const service = await startKeyed(t);
  const { create, cancel, get, until } = jobsOf(service);
  const mend = breakAmocrm(service);
  const { id } = (
    await service.post(
      '/steps/amocrm_find_or_create_contact',
      { params: { phone: '+79005550101', name: 'Один' } },
      'k',
      { prefer: 'respond-async' },
    )
  ).body;
  while ((await get(id)).body.attempts === 0) await new Promise((resolve) => setImmediate(resolve));
  const waiting = await until(id, 'queued');
  t.match(waiting, { next_attempt_at: String, problem: { code: 'AMOCRM_ERROR' } });
  const cancelled = await service.post(`/jobs/${id}/cancel`, {}, 'c');
  t.match([cancelled.status, cancelled.body], [200, { status: 'cancelled', next_attempt_at: null }]);
  isProblem(t, await cancel(id), 'JOB_STATE');
  isProblem(t, await jobsOf(service).retry(id), 'JOB_STATE');
  mend();
  service.travel(3600);
  await until((await create('Два')).body.id, 'succeeded');
  t.match((await get(id)).body, { status: 'cancelled' });
  t.strictSame(
    itemsSent(service.sandbox, 'contacts').map(({ name }) => name),
    ['Два'],
  );
  const again = await service.post(
    '/steps/amocrm_find_or_create_contact',
    { params: { phone: '+79005550101', name: 'Один' } },
    'k',
  );
  t.equal(again.status, 200, 'its key may be used by one who waits');
});

t.test('the key of a cancelled job is the job until another request has used it', async (t) => {
  const service = await startKeyed(t);
  const { cancel, get } = jobsOf(service);
  const params = { phone: '+79005550101', name: 'Один' };
  const plain = (headers: Record<string, string> = {}) =>
    service.post('/steps/amocrm_find_or_create_contact', { params }, 'k', headers);
  const later = () => plain({ prefer: 'respond-async' });
  const mend = breakAmocrm(service);
  const { id } = (await later()).body;
  while ((await get(id)).body.attempts === 0) await new Promise((resolve) => setImmediate(resolve));
  t.equal((await cancel(id)).status, 200);
  t.match(await later(), { status: 202, body: { id, status: 'cancelled' } });
  mend();
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const waiting = plain();
  await until(() => writesTo(service.sandbox).length === 1);
  isProblem(t, await later(), 'IDEMPOTENCY_IN_PROGRESS');
  await service.sandbox.waiting.release();
  const { status, text } = await waiting;
  t.equal(status, 200);
  for (const again of [await later(), await plain({ prefer: 'respond-async, wait=5' }), await plain()]) {
    t.match(again, { status: 200, headers: { 'idempotency-replayed': 'true' } });
    t.equal(again.text, text);
  }
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('a job that runs, or has begun to write, cannot be cancelled', async (t) => {
  const service = await startKeyed(t);
  const { create, cancel, until: untilState } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const { id } = (await create('Один')).body;
  await until(() => writesTo(service.sandbox).length === 1);
  const refused = await cancel(id);
  isProblem(t, refused, 'JOB_STATE');
  t.match(refused.body, { retryable: false, detail: /running/ });
  await service.sandbox.waiting.release();
  await untilState(id, 'succeeded');
  isProblem(t, await cancel(id), 'JOB_STATE');
});

t.test('a failed job is tried again and goes on where it stopped', async (t) => {
  const service = await startKeyed(t);
  const { later, retry, until } = jobsOf(service);
  const refusal = { kind: 'status', status: 403, body: 'problem' } as const;
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/notes', action: refusal });
  const steps = [
    { id: 'lead', type: 'amocrm_create_lead', params: { name: 'Заявка' }, next_step: 'note' },
    {
      id: 'note',
      type: 'amocrm_add_note',
      params: { entity_type: 'leads', entity_id: '{created_lead.lead_id}', note_text: 'Да' },
    },
  ];
  const { id } = (await later('/scenarios/run', { steps, context: {} })).body;
  const failed = await until(id, 'failed');
  t.match(failed, {
    attempts: 1,
    problem: { code: 'AMOCRM_FORBIDDEN', instance: id, failed_step: 'note', written: [{ entity_type: 'leads' }] },
  });
  const retried = await Promise.all([retry(id), retry(id)]);
  t.strictSame(retried.map(({ status }) => status).sort(), [200, 409]);
  t.match(await until(id, 'succeeded'), { attempts: 1, problem: null });
  t.equal(itemsSent(service.sandbox, 'leads').length, 1);
  isProblem(t, await retry(id), 'JOB_STATE');
});

t.test('cancelled and taken at once: one of them wins, whatever the order', async (t) => {
  const service = await startKeyed(t);
  const { create, cancel, until } = jobsOf(service);
  let cancelled = 0;
  for (let round = 0; round < 30; round += 1) {
    const { id } = (await create(`Имя ${round}`)).body;
    for (let turn = 0; turn < round % 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const { status } = await cancel(id);
    const ended = await until(id, 'succeeded', 'cancelled');
    t.equal(ended.status, status === 200 ? 'cancelled' : 'succeeded');
    if (status === 200) cancelled += 1;
  }
  t.equal(itemsSent(service.sandbox, 'contacts').length, 30 - cancelled);
});

t.test('a caller has so many open jobs at most, and others go on', async (t) => {
  const service = await startKeyed(t, { env });
  const { later } = jobsOf(service);
  const add = (who: 'ann' | 'bob', key?: string) => later(createContact, { params: { name: 'Один' } }, key, as(who));
  const count = openBounds.jobs;
  const until = Date.now() + 1e9;
  service.onDisk((database) =>
    database.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) ` +
        'INSERT INTO jobs (id, account, caller, key, route, fingerprint, state, attempts, run_at, give_up_at, accepted_at, size, body) ' +
        `SELECT 'j' || i, 'default', 'bob', 'k' || i, '/x', 'f', 'queued', 0, ${until}, ${until}, 1, 2, '{}' FROM n`,
    ),
  );
  const full = await add('bob');
  isProblem(t, full, 'OVERLOADED');
  t.match(full.body, { retryable: true, detail: /20000 open jobs/ });
  t.match(await later(createContact, { params: { name: 'x' } }, 'k1', as('bob')), { status: 422 }, 'keys are kept');
  t.equal((await add('ann')).status, 202);
  service.onDisk((database) => database.exec("DELETE FROM jobs WHERE id = 'j7'"));
  t.equal((await add('bob')).status, 202);
});

t.test('the metrics tell how many are open, how old they are, and how many were given up', async (t) => {
  const service = await startKeyed(t);
  const { create, later, until } = jobsOf(service);
  const metrics = async () => {
    const { sum } = await service.metrics();
    return (name: string, labels = {}) => sum(`jobs_${name}`, labels);
  };
  const before = await metrics();
  t.strictSame([before('open'), before('failed'), before('oldest_seconds')], [0, 0, 0]);
  await until((await create('Один')).body.id, 'succeeded');
  await until((await later(createContact, { params: { name: 'd', custom_fields: { Нет: 1 } } })).body.id, 'failed');
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  await create('Два');
  service.travel(100);
  const now = await metrics();
  t.strictSame([now('open'), now('failed')], [1, 1]);
  t.ok(now('oldest_seconds') >= 100 && now('oldest_seconds') < 1000, `${now('oldest_seconds')}`);
  t.strictSame([now('ended_total', { status: 'succeeded' }), now('ended_total', { status: 'failed' })], [1, 1]);
});

t.test('trying again may carry a key, as any POST', async (t) => {
  const service = await startKeyed(t);
  const { later, until } = jobsOf(service);
  const { id } = (await later(createContact, { params: { name: 'Два', custom_fields: { Нет: 1 } } })).body;
  await until(id, 'failed');
  const retried = await service.post(`/jobs/${id}/retry`, {}, 'r');
  t.match(retried, { status: 200, body: { id }, headers: { 'retry-after': '1' } });
  await until(id, 'failed');
});

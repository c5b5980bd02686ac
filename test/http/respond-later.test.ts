import t from 'tap';
import { exampleScenario } from '../../src/http/reference/scenario-example.ts';
import { jobsOf } from '../fixtures/jobs.ts';
import { startKeyed, until } from '../fixtures/keyed.ts';
import { isProblem } from '../fixtures/problem.ts';
import { itemsSent, writesTo } from '../fixtures/records.ts';

const createContact = '/steps/amocrm_create_contact';
const named = (name: string) => ({ params: { name } });
const hang = { kind: 'hang' } as const;
const forever = Number.POSITIVE_INFINITY;

t.test('a request is accepted, then carried out, and its job has the answer', async (t) => {
  const service = await startKeyed(t);
  const { later, until, get } = jobsOf(service);
  const body = { ...named('{who}'), context: { who: 'Иван', a: [1] } };
  const accepted = await later(createContact, body);
  t.equal(accepted.status, 202);
  const { id } = accepted.body;
  t.match(accepted.headers, {
    location: `/jobs/${id}`,
    'preference-applied': 'respond-async',
    'retry-after': '1',
    'content-type': 'application/json; charset=utf-8',
  });
  t.match(accepted.body, { route: createContact, attempts: 0, ended_at: null, result: null, problem: null });
  const { accepted_at, gives_up_at } = accepted.body;
  t.equal(Date.parse(gives_up_at) - Date.parse(accepted_at), 24 * 3600 * 50, 'a second of this clock has 50 ms');

  const job = await until(id, 'succeeded');
  t.match(job, { attempts: 1, next_attempt_at: null, problem: null, accepted_at });
  t.match(job.result, { success: true, output_var: 'created_contact', context: { who: 'Иван', a: [1] } });
  const [contact] = [...service.sandbox.store.contacts.values()].filter(({ name }) => name === 'Иван');
  t.equal(job.result.result.contact_id, contact?.id);
  t.equal((await get(id)).headers['retry-after'], undefined);
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('a misspelt preference is ignored, and the answer warns of it', async (t) => {
  const { later } = jobsOf(await startKeyed(t));
  const sent = { prefer: 'respond_async' };
  t.match(await later(createContact, named('Один'), undefined, sent), {
    status: 200,
    body: {
      success: true,
      warnings: ['Prefer: "respond_async" is not known here and was ignored; did you mean respond-async?'],
    },
  });
  const other = await later(createContact, named('Два'), undefined, { prefer: 'return=minimal' });
  t.match([other.status, other.body.warnings], [200, undefined]);
});

t.test('with wait it answers as usual where it ends in time', async (t) => {
  const service = await startKeyed(t);
  const { later } = jobsOf(service);
  const prefer = { prefer: 'respond-async, wait=20' };
  const done = await later(createContact, named('Один'), 'k', prefer);
  t.match(done, { status: 200, body: { success: true, result: { contact_id: Number } } });
  t.equal(done.headers['preference-applied'], undefined);
  const again = await later(createContact, named('Один'), 'k', prefer);
  t.strictSame([again.status, again.text], [200, done.text]);
  t.equal(again.headers['idempotency-replayed'], 'true');
  const failed = await later(createContact, { params: { name: 'Два', custom_fields: { Нет: 1 } } }, 'l', prefer);
  isProblem(t, failed, 'UNKNOWN_FIELD');
  t.match(failed.body.errors, [{ path: 'params.custom_fields.Нет' }]);
  t.match(failed.body.context.__step_error__, 'AmoCRM создание контакта: ');
});

t.test('with wait it is 202 where it does not end in time', async (t) => {
  const service = await startKeyed(t);
  const { later, until } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const { status, body } = await later(createContact, named('Один'), 'k', { prefer: 'respond-async,wait=1' });
  t.match([status, body], [202, { status: 'running', result: null }]);
  await service.sandbox.waiting.release();
  await until(body.id, 'succeeded');
});

t.test('a failure is never replayed: who comes after it gets its job, who waited for it the failure', async (t) => {
  const service = await startKeyed(t);
  const { later, create, until: untilState, retry } = jobsOf(service);
  const prefer = { prefer: 'respond-async, wait=20' };
  const refused = { method: 'POST', action: { kind: 'status', status: 403, body: 'problem' } } as const;
  service.sandbox.faults.add(refused);
  const { body } = await create('Один', 'k');
  await untilState(body.id, 'failed');
  for (const headers of [prefer, {}]) {
    const again = await later(createContact, named('Один'), 'k', headers);
    t.match(again, { status: 202, body: { id: body.id, status: 'failed', problem: { code: 'AMOCRM_FORBIDDEN' } } });
    t.match(again.headers, { location: `/jobs/${body.id}`, 'preference-applied': 'respond-async' });
    t.equal(again.headers['idempotency-replayed'], undefined);
  }
  t.equal(writesTo(service.sandbox).length, 1);

  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay', next: refused.action } });
  await retry(body.id);
  const replayed = async () => (await service.metrics()).sum('idempotency_keys_total', { result: 'replayed' });
  const before = await replayed();
  const waiting = later(createContact, named('Один'), 'k', prefer);
  while ((await replayed()) === before) await new Promise((resolve) => setImmediate(resolve));
  await until(() => writesTo(service.sandbox).length === 2);
  await service.sandbox.waiting.release();
  const failed = await waiting;
  isProblem(t, failed, 'AMOCRM_FORBIDDEN');
  t.equal(failed.headers['idempotency-replayed'], undefined);

  await retry(body.id);
  t.match(await later(createContact, named('Один'), 'k', prefer), { status: 200, body: { success: true } });
});

t.test('a 503 that ends a job says when to ask again', async (t) => {
  const service = await startKeyed(t, { env: { JOB_GIVE_UP_HOURS: '1' } });
  service.sandbox.faults.add({ action: { kind: 'ban' }, times: forever });
  const prefer = { prefer: 'respond-async, wait=25' };
  const waiting = jobsOf(service).later(
    '/steps/amocrm_find_contact',
    { params: { phone: '+79990000001' } },
    'k',
    prefer,
  );
  await until(() => service.rows('jobs').some(({ problem }) => problem !== null));
  service.travel(3600);
  const answer = await waiting;
  isProblem(t, answer, 'AMOCRM_UNAVAILABLE');
  t.equal(answer.headers['retry-after'], '5');
});

t.test('a request that is not valid is refused at once, and is no job', async (t) => {
  const service = await startKeyed(t);
  const { later, list } = jobsOf(service);
  isProblem(t, await later(createContact, { params: { nam: 'x' } }, 'k'), 'INVALID_REQUEST');
  isProblem(t, await later(createContact, { ...named('{who}'), context: {} }, 'k'), 'TEMPLATE_UNRESOLVED');
  isProblem(t, await later('/scenarios/run', { steps: [{ type: 'nope' }] }, 'k'), 'INVALID_REQUEST');
  isProblem(t, await later(`${createContact}?dry_run=true`, named('x')), 'INVALID_REQUEST');
  isProblem(t, await later(`${createContact}?answer=flat`, named('x')), 'INVALID_REQUEST');
  for (const wait of ['26', '-1', '1.5', 'long', '']) {
    const answer = await later(createContact, named('x'), 'k', { prefer: `respond-async, wait=${wait}` });
    isProblem(t, answer, 'INVALID_REQUEST', { what: wait });
  }
  t.strictSame([(await list()).body, service.rows('jobs')], [{ jobs: [], has_more: false }, []]);
  t.equal((await service.step('amocrm_create_contact', { name: 'Один' }, 'k')).status, 200, 'the key is free');
});

t.test('without the preference nothing changes', async (t) => {
  const service = await startKeyed(t);
  for (const prefer of ['return=minimal', 'wait=10', 'x="respond-async"', '']) {
    const { status, headers } = await service.post(createContact, named('Один'), undefined, { prefer });
    t.strictSame([status, headers.location, headers['preference-applied']], [200, undefined, undefined], prefer);
  }
});

t.test('a scenario goes through as a job, and after a failure on from where it stopped', async (t) => {
  const service = await startKeyed(t);
  const { later, until, get } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads/notes', action: { kind: 'status', status: 500 } });
  service.sandbox.faults.add({
    method: 'GET',
    path: '/api/v4/leads/notes',
    action: { kind: 'status', status: 500 },
    times: 4,
  });
  const { body } = await later('/scenarios/run', exampleScenario, 'k');
  const job = await until(body.id, 'succeeded', 'failed');
  t.match(job, { status: 'succeeded', result: { success: true, scenario_id: 'amocrm_lead_creation' } });
  t.equal(itemsSent(service.sandbox, 'leads').length, 1);
  t.match((await get(body.id)).body, job);
});

t.test('the same key with the preference is the same job; without it 409 and where the job is', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '2000' } });
  const { later, create, until: untilState } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const { body: job, text } = await create('Один', 'k');
  const again = await create('Один', 'k');
  t.match(again, { status: 202, headers: { 'idempotency-replayed': 'true', location: `/jobs/${job.id}` } });
  t.equal(again.body.id, JSON.parse(text).id);
  const plain = () => service.step('amocrm_create_contact', { name: 'Один' }, 'k');
  const refused = await plain();
  isProblem(t, refused, 'IDEMPOTENCY_IN_PROGRESS');
  t.match(refused.headers, { location: `/jobs/${job.id}`, 'retry-after': '1' });
  for (const answer of [
    await create('Другой', 'k'),
    await service.step('amocrm_create_contact', { name: 'Другой' }, 'k'),
    await later('/steps/amocrm_create_lead', named('Один'), 'k'),
    await service.post(`/jobs/${job.id}/cancel`, {}, 'k'),
  ]) {
    isProblem(t, answer, 'IDEMPOTENCY_KEY_REUSED');
  }
  await until(() => writesTo(service.sandbox).length === 1);
  await service.sandbox.waiting.release();
  const { result } = await untilState(job.id, 'succeeded');
  const replay = await plain();
  t.match(replay, { status: 200, headers: { 'idempotency-replayed': 'true' } });
  t.strictSame(replay.body, result);
  t.match(await create('Один', 'k'), { status: 202, body: { id: job.id, status: 'succeeded', result } });
  isProblem(t, await create('Другой', 'k'), 'IDEMPOTENCY_KEY_REUSED');
  t.equal(writesTo(service.sandbox).length, 1);
});

t.test('a key that a waiting request has used gives its kept answer, or 409 while it works', async (t) => {
  const service = await startKeyed(t);
  const { create, list } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const working = service.step('amocrm_create_contact', { name: 'Один' }, 'k');
  await until(() => writesTo(service.sandbox).length === 1);
  isProblem(t, await create('Один', 'k'), 'IDEMPOTENCY_IN_PROGRESS');
  await service.sandbox.waiting.release();
  const done = await working;
  const replay = await create('Один', 'k');
  t.match(replay, { status: 200, text: done.text, headers: { 'idempotency-replayed': 'true' } });
  t.strictSame((await list()).body.jobs, []);
});

t.test('a request that has failed half way goes on as a job under its key', async (t) => {
  const service = await startKeyed(t);
  const { later, until } = jobsOf(service);
  service.sandbox.faults.add({
    method: 'POST',
    path: '/api/v4/leads/notes',
    action: { kind: 'status', status: 403, body: 'problem' },
  });
  t.equal((await service.post('/scenarios/run', exampleScenario, 'k')).status, 502);
  const { body } = await later('/scenarios/run', exampleScenario, 'k');
  await until(body.id, 'succeeded');
  t.equal(itemsSent(service.sandbox, 'leads').length, 1);
});

t.test('a request without a key is a job of its own each time', async (t) => {
  const service = await startKeyed(t);
  const { create, until } = jobsOf(service);
  const ids = [(await create('Один')).body.id, (await create('Один')).body.id];
  t.not(ids[0], ids[1]);
  for (const id of ids) await until(id, 'succeeded');
  t.equal(itemsSent(service.sandbox, 'contacts').length, 2);
});

t.test('what is written to disk before the 202 is there after a crash', async (t) => {
  const service = await startKeyed(t);
  const { create, until } = jobsOf(service);
  service.sandbox.faults.add({ action: hang, times: forever });
  const { body } = await create('Один');
  service.sandbox.faults.clear();
  await service.crash();
  await until(body.id, 'succeeded');
  t.equal(itemsSent(service.sandbox, 'contacts').length, 1);
});

t.test('a disk that fails accepts nothing', async (t) => {
  const service = await startKeyed(t);
  const release = service.blockDisk();
  const answer = await jobsOf(service).create('Один');
  isProblem(t, answer, 'OVERLOADED');
  t.match(answer.headers, { 'retry-after': /^\d+$/ });
  release();
  t.strictSame(service.rows('jobs'), []);
});

t.test('bodies count only while they are read', async (t) => {
  const service = await startKeyed(t, { env: { MAX_BODY_MB: '2' } });
  const { later, list } = jobsOf(service);
  service.sandbox.faults.add({ action: hang, times: forever });
  const context = { text: 'x'.repeat(900_000) };
  for (let index = 0; index < 6; index += 1) {
    const { status } = await later(createContact, { ...named(`Имя ${index}`), context });
    t.equal(status, 202);
  }
  t.equal((await list()).body.jobs.length, 6);
  service.sandbox.faults.clear();
});

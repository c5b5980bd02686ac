import t from 'tap';
import { jobsOf } from '../fixtures/jobs.ts';
import { startKeyed, until } from '../fixtures/keyed.ts';
import { itemsSent, writesTo } from '../fixtures/records.ts';

t.test('a write on the wire is seen to its end; the rest of the scenario goes on after the next start', async (t) => {
  const service = await startKeyed(t);
  const { later, until: untilState, get } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'delay' } });
  const steps = [
    { id: 'lead', type: 'amocrm_create_lead', params: { name: 'Заявка' }, next_step: 'contact' },
    { id: 'contact', type: 'amocrm_create_contact', params: { name: 'Один' } },
  ];
  const { id } = (await later('/scenarios/run', { steps })).body;
  await until(() => writesTo(service.sandbox).length === 1);
  const restarted = service.restart();
  await service.sandbox.waiting.release();
  await restarted;
  t.match(await untilState(id, 'succeeded'), { attempts: 1, problem: null });
  t.strictSame(
    ['leads', 'contacts'].map((path) => itemsSent(service.sandbox, path).length),
    [1, 1],
  );
  t.equal((await get(id)).body.result.steps.length, 2);
});

t.test('a job whose write has ended has its answer on disk before the end', async (t) => {
  const service = await startKeyed(t);
  const { create } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'delay' } });
  const { id } = (await create('Один')).body;
  await until(() => writesTo(service.sandbox).length === 1);
  const restarted = service.restart();
  await service.sandbox.waiting.release();
  await restarted;
  const [row] = service.rows('jobs');
  t.match(row, { id, state: 'succeeded', body: '', attempts: 1 });
});

t.test('a write that is cut off by the end is looked for after the next start', async (t) => {
  const service = await startKeyed(t);
  const { create, until: untilState } = jobsOf(service);
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'hang' } } });
  const { id } = (await create('Один')).body;
  await until(() => writesTo(service.sandbox).length === 1);
  await service.restart();
  t.match(await untilState(id, 'succeeded'), { attempts: 1 });
  t.equal(itemsSent(service.sandbox, 'contacts').length, 1);
});

t.test('who waits for a job is told of it at once when the service goes down', async (t) => {
  const service = await startKeyed(t);
  const { create, later, until: untilState } = jobsOf(service);
  service.sandbox.faults.add({ action: { kind: 'hang' }, times: Number.POSITIVE_INFINITY });
  const { id } = (await create('Один')).body;
  const asking = service.get(`/jobs/${id}`, { prefer: 'wait=25' });
  const url = '/steps/amocrm_create_contact';
  const posting = later(url, { params: { name: 'Два' } }, 'k', { prefer: 'respond-async, wait=25' });
  await until(() => service.rows('jobs').length === 2);
  service.sandbox.faults.clear();
  await service.restart();
  t.match(await asking, { status: 200, body: { id } });
  const posted = await posting;
  t.equal(posted.status, 202);
  for (const job of [id, posted.body.id]) await untilState(job, 'succeeded');
});

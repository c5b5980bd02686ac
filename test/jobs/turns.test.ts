import t from 'tap';
import { jobsOf } from '../fixtures/jobs.ts';
import { startKeyed, until } from '../fixtures/keyed.ts';
import { readsOf } from '../fixtures/records.ts';

t.test('callers who wait keep their turn before jobs, however many there are', async (t) => {
  const service = await startKeyed(t, { env: { AMO_RATE_LIMIT: '5' } });
  const { later } = jobsOf(service);
  const find = (query: string) => ({ params: { query } });
  const url = '/steps/amocrm_find_contact';
  const jobs: string[] = [];
  for (let index = 0; index < 150; index += 1) jobs.push((await later(url, find(`job ${index}`))).body.id);
  const calls = () =>
    readsOf(service.sandbox, 'contacts').map((query) => new URLSearchParams(query).get('query') ?? '');
  await until(() => calls().length > 10);
  const before = calls().length;
  const asked = Array.from({ length: 20 }, (_, index) =>
    service.step('amocrm_find_contact', find(`caller ${index}`).params),
  );
  for (const answer of await Promise.all(asked)) t.equal(answer.status, 200);
  const since = calls().slice(before);
  const last = since.findLastIndex((query) => query.startsWith('caller'));
  const ofJobs = since.slice(0, last).filter((query) => query.startsWith('job')).length;
  t.ok(ofJobs <= 30, `${ofJobs} calls of jobs meanwhile`);
  t.ok(ofJobs >= 10, 'jobs have their turn too');
});

t.test('jobs share batches', async (t) => {
  const service = await startKeyed(t, { env: { AMO_RATE_LIMIT: '5' } });
  const { create, until: untilState } = jobsOf(service);
  const mend = { action: { kind: 'status', status: 502 }, times: Number.POSITIVE_INFINITY } as const;
  service.sandbox.faults.add(mend);
  const ids: string[] = [];
  for (let index = 0; index < 120; index += 1) ids.push((await create(`Имя ${index}`)).body.id);
  service.sandbox.faults.clear();
  for (const id of ids) await untilState(id, 'succeeded');
  const { sum } = await service.metrics();
  const calls = sum('upstream_calls_total', { entity: 'contacts', method: 'POST', outcome: 'ok' });
  t.ok(calls <= 20, `${calls} calls for 120 contacts`);
});

t.test('who waits for a person that a job looks for does not wait for its turn', async (t) => {
  const service = await startKeyed(t, { env: { AMO_RATE_LIMIT: '5', DIRECTORY: 'off' } });
  const { later } = jobsOf(service);
  const phoneOf = (index: number) => `+7 900 000-10-${index}`;
  const url = '/steps/amocrm_find_or_create_contact';
  for (let index = 10; index < 99; index += 1)
    await later(url, { params: { name: `job ${index}`, phone: phoneOf(index) } });
  const calls = () => readsOf(service.sandbox, 'contacts').length;
  await until(() => calls() > 5);
  const before = calls();
  const params = { name: 'caller', phone: phoneOf(95) };
  const both = [
    service.step('amocrm_find_or_create_contact', params),
    service.step('amocrm_find_contact', { phone: phoneOf(96) }),
  ];
  for (const answer of await Promise.all(both)) t.equal(answer.status, 200);
  t.ok(calls() - before <= 40, `${calls() - before} calls meanwhile`);
});

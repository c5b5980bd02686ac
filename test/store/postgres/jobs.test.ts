import t from 'tap';
import { ask, createDatabase, noPostgres, reopener } from '../../fixtures/postgres.ts';
import { conformJobStore } from '../job-store-conformance.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  conformJobStore(t, (_t, now) => {
    const open = reopener(url, { now });
    return async () => {
      const { own, others, jobLoad: loadOfAll, openJobs: openOfAll, expire, close } = await open();
      return { jobs: own.jobs, keys: own.keys, others: others.jobs, loadOfAll, openOfAll, expire, close };
    };
  });

  t.test('a job that the database cannot keep fails alone, not those that share its statement', async (t) => {
    const { own, close } = await reopener(url)();
    t.teardown(close);
    const bounds = { jobs: 100, bytes: 1e6 };
    const times = { accepted_at: 1, give_up_at: 2 };
    const add = (id: string) =>
      own.jobs.add(
        {
          id,
          caller: 'bob',
          key: id,
          route: '/x',
          fingerprint: id,
          address: null,
          language: 'en' as const,
          body: '{}',
          ...times,
        },
        bounds,
      );
    const ends = await Promise.allSettled(['a', 'b\0', 'c', 'd'].map(add));
    t.match(ends, [{ value: 'added' }, { reason: /byte sequence/ }, { value: 'added' }, { value: 'added' }]);
  });

  t.test('nothing is added to an account that another process has deleted', async (t) => {
    const { own, close } = await reopener(url)();
    t.teardown(close);
    await ask(url, "DELETE FROM accounts WHERE id = 'one'");
    const job = { id: 'a', caller: 'bob', key: 'a', route: '/x', fingerprint: 'a', address: null, body: '{}' };
    const times = { accepted_at: 1, give_up_at: 2 };
    t.equal(await own.jobs.add({ ...job, ...times, language: 'en' }, { jobs: 100, bytes: 1e6 }), 'gone');
    t.strictSame(await ask(url, 'SELECT id FROM jobs'), []);
  });
}

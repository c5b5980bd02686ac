import t from 'tap';
import { createDatabase, noPostgres, reopener } from '../../fixtures/postgres.ts';
import { conformJobStore } from '../job-store-conformance.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  conformJobStore(t, (_t, now) => {
    const open = reopener(url, { now });
    return async () => {
      const { own, others, jobLoad: loadOfAll, expire, close } = await open();
      return { jobs: own.jobs, keys: own.keys, others: others.jobs, loadOfAll, expire, close };
    };
  });
}

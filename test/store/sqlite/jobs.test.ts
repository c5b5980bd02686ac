import t from 'tap';
import { openAccountStore } from '../../fixtures/store.ts';
import { conformJobStore } from '../job-store-conformance.ts';

conformJobStore(t, (t, now) => {
  const directory = t.testdir();
  return async () => {
    const store = await openAccountStore(directory, { now, waitMs: 0 });
    const { jobs, keys, of, jobLoad: loadOfAll, openJobs: openOfAll, expire, close } = store;
    return { jobs, keys, others: of('another').jobs, loadOfAll, openOfAll, expire, close: async () => close() };
  };
});

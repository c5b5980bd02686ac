import t from 'tap';
import { openAccountStore } from '../../fixtures/store.ts';
import { conformJobStore } from '../job-store-conformance.ts';

conformJobStore(t, (t, now) => {
  const directory = t.testdir();
  return async () => {
    const { jobs, keys, of, jobLoad: loadOfAll, expire, close } = await openAccountStore(directory, { now, waitMs: 0 });
    return { jobs, keys, others: of('another').jobs, loadOfAll, expire, close: async () => close() };
  };
});

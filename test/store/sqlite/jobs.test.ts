import t from 'tap';
import { openStore } from '../../../src/store/sqlite/open.ts';
import { conformJobStore } from '../job-store-conformance.ts';

conformJobStore(t, (t, now) => {
  const directory = t.testdir();
  return async () => {
    const { jobs, keys, close } = await openStore(directory, { now, waitMs: 0 });
    return { jobs, keys, close: async () => close() };
  };
});

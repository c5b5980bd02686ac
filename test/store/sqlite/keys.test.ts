import t from 'tap';
import { openStore } from '../../../src/store/sqlite/open.ts';
import { conformKeyStore } from '../key-store-conformance.ts';

conformKeyStore(t, (t, now) => {
  const directory = t.testdir();
  return async () => {
    const { keys, close } = await openStore(directory, { now, waitMs: 0 });
    return { keys, close: async () => close() };
  };
});

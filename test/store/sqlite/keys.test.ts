import t from 'tap';
import { openAccountStore } from '../../fixtures/store.ts';
import { conformKeyStore } from '../key-store-conformance.ts';

conformKeyStore(t, (t, now) => {
  const directory = t.testdir();
  return async () => {
    const { keys, of, expire, close } = await openAccountStore(directory, { now, waitMs: 0 });
    return { keys, others: of('another').keys, expire, close: async () => close() };
  };
});

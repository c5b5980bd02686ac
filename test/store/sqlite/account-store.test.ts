import t from 'tap';
import { openStore } from '../../../src/store/sqlite/open.ts';
import { conformAccountStore } from '../account-store-conformance.ts';

conformAccountStore(t, (t, now) => {
  const directory = t.testdir();
  return async () => {
    const { of, expire, close } = await openStore(directory, { now, waitMs: 0 });
    return {
      own: of('one'),
      others: of('two'),
      at: (address) => of('one', undefined, address),
      expire,
      close: async () => close(),
    };
  };
});

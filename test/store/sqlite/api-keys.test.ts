import t from 'tap';
import { openStore } from '../../../src/store/sqlite/open.ts';
import { conformApiKeyTable } from '../api-key-table-conformance.ts';

conformApiKeyTable(t, (t) => {
  const directory = t.testdir();
  return async () => {
    const { apiKeys, close } = await openStore(directory, { waitMs: 0 });
    return { apiKeys, close: async () => close() };
  };
});

import type { Test } from 'tap';
import type { ApiKeyTable } from '../../src/config/api-key-table.ts';

export interface OpenedApiKeyTable {
  apiKeys: ApiKeyTable;
  close(): Promise<void>;
}

/** Makes an empty store for a test, and gives what opens it again and again. */
export type MakeApiKeyTable = (t: Test) => () => Promise<OpenedApiKeyTable>;

/** What is expected of whatever keeps callers’ keys. */
export function conformApiKeyTable(t: Test, make: MakeApiKeyTable): void {
  t.test('keys are found by their digests, for one, some or all accounts, after a restart too', async (t) => {
    const open = make(t);
    const first = await open();
    const one = { id: 'k1', caller: 'bot', accounts: ['studio'], createdAt: 1000 };
    const all = { id: 'k2', caller: 'platform', accounts: null, createdAt: 900 };
    await first.apiKeys.add('d1', one);
    await first.apiKeys.add('d2', all);
    await first.close();
    const { apiKeys, close } = await open();
    t.teardown(close);
    t.match(await apiKeys.find('d1'), one);
    t.match(await apiKeys.find('d2'), { ...all, accounts: null });
    t.equal(await apiKeys.find('d3'), undefined);
    t.strictSame(await apiKeys.list(), [all, one]);
    t.equal(await apiKeys.remove('k1'), true);
    t.equal(await apiKeys.remove('k1'), false);
    t.equal(await apiKeys.find('d1'), undefined);
    t.strictSame(await apiKeys.list(), [all]);
  });
}

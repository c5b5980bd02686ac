import t from 'tap';
import { openStore } from '../../../src/store/sqlite/open.ts';

t.test('keys are found by their digests, for one, some or all accounts, after a restart too', async (t) => {
  const directory = t.testdir();
  const first = await openStore(directory);
  const one = { id: 'k1', caller: 'bot', accounts: ['studio'], createdAt: 1000 };
  const all = { id: 'k2', caller: 'platform', accounts: null, createdAt: 900 };
  await first.apiKeys.add('d1', one);
  await first.apiKeys.add('d2', all);
  first.close();
  const { apiKeys, close } = await openStore(directory, { waitMs: 0 });
  t.teardown(close);
  t.strictSame(await apiKeys.find('d1'), one);
  t.strictSame(await apiKeys.find('d2'), all);
  t.equal(await apiKeys.find('d3'), undefined);
  t.strictSame(await apiKeys.list(), [all, one]);
  t.equal(await apiKeys.remove('k1'), true);
  t.equal(await apiKeys.remove('k1'), false);
  t.equal(await apiKeys.find('d1'), undefined);
  t.strictSame(await apiKeys.list(), [all]);
});

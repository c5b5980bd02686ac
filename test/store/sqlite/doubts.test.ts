import t from 'tap';
import { openAccountStore } from '../../fixtures/store.ts';

t.test('identities in doubt outlive a restart, and for a day their time by our clock', async (t) => {
  const directory = t.testdir();
  let now = 1_000_000;
  const first = await openAccountStore(directory, { now: () => now });
  first.doubts.add(['phone 79001234567', 'email anna@example.com'], now + 60_000);
  first.doubts.add(['telegram 4711'], now + 60_000);
  first.doubts.add(['email anna@example.com'], now + 90_000.5);
  first.doubts.remove(['telegram 4711']);
  first.close();

  const second = await openAccountStore(directory, { now: () => now });
  t.teardown(() => second.close());
  const identities = async () => (await second.doubts.recent()).map(({ ...doubt }) => doubt);
  t.strictSame(await identities(), [
    { identity: 'phone 79001234567', until: 1_060_000 },
    { identity: 'email anna@example.com', until: 1_090_001 },
  ]);
  const dayMs = 86_400_000;
  now += dayMs + 60_000;
  t.strictSame(await identities(), [{ identity: 'email anna@example.com', until: 1_090_001 }]);
  now += 60_000;
  t.strictSame(await identities(), []);
});

import t from 'tap';
import { createCallers } from '../../src/http/callers.ts';
import { createKeyRing } from '../../src/http/key-ring.ts';

t.test('a known key is believed while the table does not answer; whether others are keys nobody can say', async (t) => {
  const table = { isAway: false, asked: 0 };
  let now = 0;
  const callers = createCallers(createKeyRing([], []), {
    table: {
      list: async () => [],
      async find() {
        table.asked += 1;
        if (table.isAway) throw new Error('away');
        return { id: 'k', caller: 'bob', accounts: ['one'], createdAt: 1 };
      },
    },
    clock: { now: () => now, second: 1000 },
    deletionsSeen: () => 3 + now,
  });
  const bob = { caller: 'bob', accounts: ['one'] };
  t.match(await callers.find('key'), bob);
  table.isAway = true;
  for (const later of [1, 10_000, 60_000]) {
    now = later;
    t.match(await callers.find('key'), { ...bob, deletionsSeen: 3 }, 'as it was when the table told of it');
  }
  t.equal(table.asked, 3);
  await t.rejects(Promise.resolve(callers.find('other')), { code: 'OVERLOADED' });
  table.isAway = false;
  t.match(await callers.find('other'), bob);
});

import t from 'tap';
import { createDoubts } from '../../../src/amocrm/operation/doubts.ts';
import { Problem } from '../../../src/problems/problem.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';

t.test('a create begins once its doubt is on disk, and nobody else creates meanwhile', async (t) => {
  const saved = Promise.withResolvers<void>();
  const removed: string[][] = [];
  const clock = createFakeClock();
  const doubts = createDoubts({
    log: {
      add: () => saved.promise,
      remove: (identities) => void removed.push([...identities]),
      recent: async () => [],
    },
    serverTime: () => ({ earliest: 1_000, latest: 1_000 }),
    clock,
    timeoutMs: 1_000,
  });
  let hasBegun = false;
  const made = doubts.during(['phone 7'], { owner: 'bob', deadline: clock.now() }, async () => {
    hasBegun = true;
    return 11;
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.notOk(hasBegun);
  t.throws(() => doubts.refuse([['phone 7']], 'ann'), Problem);
  t.doesNotThrow(() => doubts.refuse([['phone 7']], 'bob'));
  saved.resolve();
  t.equal(await made, 11);
  t.equal(removed.flat().length, 1);
  t.doesNotThrow(() => doubts.refuse([['phone 7']], 'ann'));
});

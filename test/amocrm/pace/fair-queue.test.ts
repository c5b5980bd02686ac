import fc from 'fast-check';
import t from 'tap';
import { FairQueue } from '../../../src/amocrm/pace/fair-queue.ts';

t.test('participants take turns, each first come, first served', async (t) => {
  const queue = new FairQueue<{ name: string }>();
  for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(name.slice(0, 1), { name });
  const served = Array.from({ length: 7 }, () => queue.shift()?.name);
  t.same(served, ['a1', 'b1', 'c1', 'a2', 'c2', 'a3', undefined]);
});

t.test('it behaves as lists served in turn, whatever comes, leaves and is served', async (t) => {
  const command = fc.record({
    kind: fc.constantFrom('push', 'shift', 'delete'),
    who: fc.constantFrom('a', 'b', 'c'),
    which: fc.nat(5_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 50, maxLength: 3_000 }), async (plan) => {
      const queue = new FairQueue<object>();
      const lines = new Map<string, object[]>();
      for (const { kind, who, which } of plan) {
        if (kind === 'push') {
          const entry = {};
          queue.push(who, entry);
          lines.set(who, [...(lines.get(who) ?? []), entry]);
        } else if (kind === 'delete') {
          const line = lines.get(who) ?? [];
          const [entry] = line.splice(which % Math.max(1, line.length), 1);
          if (line.length === 0) lines.delete(who);
          if (queue.delete(who, entry ?? {}) !== (entry !== undefined)) return false;
        } else {
          const [turn] = lines;
          if (queue.shift() !== turn?.[1][0]) return false;
          if (turn === undefined) continue;
          lines.delete(turn[0]);
          if (turn[1].length > 1) lines.set(turn[0], turn[1].slice(1));
        }
        if (queue.size !== [...lines.values()].flat().length) return false;
      }
      return [...queue].length === queue.size;
    }),
    { numRuns: 60, seed: 5 },
  );
  t.pass('held');
});

t.test('what has been served does not weigh on what waits', async (t) => {
  const queue = new FairQueue<object>();
  for (let index = 0; index < 100_000; index += 1) queue.push('one', {});
  for (let index = 0; index < 100_000; index += 1) queue.shift();
  t.equal(queue.size, 0);
  t.equal(queue.shift(), undefined);
});

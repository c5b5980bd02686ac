import fc from 'fast-check';
import t from 'tap';
import { FairQueue } from '../../../src/amocrm/pace/fair-queue.ts';

t.test('participants take turns, each first come, first served', async (t) => {
  const queue = new FairQueue<{ name: string }>();
  for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(name.slice(0, 1), { name });
  const served = Array.from({ length: 7 }, () => queue.shift()?.name);
  t.same(served, ['a1', 'b1', 'c1', 'a2', 'c2', 'a3', undefined]);
});

t.test('work that has begun is done before the next group of the same participant begins', async (t) => {
  const queue = new FairQueue<{ name: string }>(2);
  for (const name of ['f1', 'f2', 'f3', 'f4', 'f5']) queue.push('one', { name }, true);
  const served: (string | undefined)[] = [];
  for (let turn = 0; turn < 12; turn += 1) {
    const name = queue.shift()?.name;
    served.push(name);
    // Each takes two calls more, and asks for one when the last has ended.
    if (name?.startsWith('f')) queue.push('one', { name: `g${name.slice(1)}` });
    if (name?.startsWith('g')) queue.push('one', { name: `h${name.slice(1)}` });
  }
  t.same(served, ['f1', 'f2', 'g1', 'g2', 'h1', 'h2', 'f3', 'f4', 'g3', 'g4', 'h3', 'h4']);
});

/** The same as plain lists. */
class Model {
  lines = new Map<string, { begun: object[]; fresh: object[]; group: number }>();
  groupSize: number;

  constructor(groupSize: number) {
    this.groupSize = groupSize;
  }

  push(who: string, entry: object, isFresh: boolean): void {
    const line = this.lines.get(who) ?? { begun: [], fresh: [], group: 0 };
    this.lines.set(who, line);
    (isFresh ? line.fresh : line.begun).push(entry);
  }

  remove(who: string, which: number): object | undefined {
    const line = this.lines.get(who);
    const all = [...(line?.begun ?? []), ...(line?.fresh ?? [])];
    const entry = all[which % Math.max(1, all.length)];
    if (line === undefined || entry === undefined) return undefined;
    line.begun = line.begun.filter((other) => other !== entry);
    line.fresh = line.fresh.filter((other) => other !== entry);
    if (all.length === 1) this.lines.delete(who);
    return entry;
  }

  shift(): object | undefined {
    const [turn] = this.lines;
    if (turn === undefined) return undefined;
    const [who, line] = turn;
    const size = Math.max(1, Math.floor(this.groupSize / this.lines.size));
    if (line.begun.length === 0 && line.group >= size) line.group = 0;
    const isFreshNext = line.fresh.length > 0 && line.group < size;
    if (isFreshNext) line.group += 1;
    const entry = (isFreshNext ? line.fresh : line.begun).shift();
    this.lines.delete(who);
    if (line.begun.length + line.fresh.length > 0) this.lines.set(who, line);
    return entry;
  }
}

t.test('it behaves as lists served in turn, whatever comes, leaves and is served', async (t) => {
  const command = fc.record({
    kind: fc.constantFrom('push', 'shift', 'delete'),
    who: fc.constantFrom('a', 'b', 'c'),
    which: fc.nat(5_000),
    isFresh: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 50, maxLength: 3_000 }), async (plan) => {
      const queue = new FairQueue<object>(3);
      const model = new Model(3);
      for (const { kind, who, which, isFresh } of plan) {
        if (kind === 'push') {
          const entry = {};
          queue.push(who, entry, isFresh);
          model.push(who, entry, isFresh);
        } else if (kind === 'delete') {
          const entry = model.remove(who, which);
          if (queue.delete(who, entry ?? {}) !== (entry !== undefined)) return false;
        } else if (queue.shift() !== model.shift()) return false;
        const { begun = [], fresh = [] } = model.lines.get(who) ?? {};
        const standing = queue.standing(who);
        if (standing.begun !== begun.length || standing.fresh !== fresh.length) return false;
        if (standing.next !== fresh[0] || standing.last !== fresh.at(-1)) return false;
        if (queue.size !== [...queue].length) return false;
      }
      return true;
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

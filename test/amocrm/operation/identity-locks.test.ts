import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { createIdentityLocks, type Identities } from '../../../src/amocrm/operation/identity-locks.ts';

const { signal } = new AbortController();

/** One of a contact that is looked for by these values together and gets them, and more. */
function person(asked: readonly string[], others: readonly string[] = []): Identities {
  return { asks: [asked], gives: [...new Set([...asked, ...others])] };
}

/** Whether the contact that the one makes is found by the other. */
function isFoundBy(made: Identities, { asks }: Identities): boolean {
  return asks.some((names) => names.every((name) => made.gives.includes(name)));
}

const names = fc.uniqueArray(fc.constantFrom('city', 'post', 'phone', 'vk'), { minLength: 1, maxLength: 3 });
const work = fc.record({ asked: names, others: names, turns: fc.nat({ max: 4 }), begins: fc.nat({ max: 6 }) });

t.test('nobody makes whom another looks for meanwhile, and all come to their end', async (t) => {
  let together = 0;
  const property = fc.asyncProperty(fc.array(work, { maxLength: 12 }), async (works) => {
    const locks = createIdentityLocks();
    const running = new Set<Identities>();
    const run = async ({ asked, others, turns, begins }: (typeof works)[number]) => {
      const own = person(asked, others);
      for (let turn = 0; turn < begins; turn += 1) await tick();
      await locks(own, { signal }, async () => {
        for (const other of running) {
          if (isFoundBy(own, other) || isFoundBy(other, own)) throw new Error(JSON.stringify([own, other]));
        }
        together += running.size;
        running.add(own);
        for (let turn = 0; turn < turns; turn += 1) await tick();
        running.delete(own);
      });
    };
    await Promise.all(works.map(run));
  });
  await fc.assert(property, { numRuns: 300 });
  t.ok(together > 10, `${together} ran beside others`);
});

t.test('many who share a common value wait for one of them at most', async (t) => {
  const locks = createIdentityLocks();
  let rounds = 0;
  let begun = 0;
  const work = async () => {
    begun += 1;
    await tick();
  };
  const all = Promise.all(
    Array.from({ length: 200 }, (_, index) => locks(person(['a common city', `vk ${index}`]), { signal }, work)),
  );
  for (; begun < 200; rounds += 1) await tick();
  await all;
  t.ok(rounds <= 4, `${rounds} rounds`);
});

t.test('one that gives up waiting is never run, and those behind it still wait for the one before', async (t) => {
  const locks = createIdentityLocks();
  const log: string[] = [];
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  const leaving = new AbortController();
  const own = person(['phone']);
  const work = (name: string) => async () => void log.push(name);
  const held = locks(own, { signal }, () => promise);
  const left = locks(own, { signal: leaving.signal }, work('left'));
  const last = locks(own, { signal }, work('last'));
  leaving.abort(new Error('gone'));
  await t.rejects(left, { message: 'gone' });
  await tick();
  t.strictSame(log, []);
  finish();
  await Promise.all([held, last]);
  t.strictSame(log, ['last']);
});

import t, { type Test } from 'tap';
import type { WriteRecord } from '../../src/amocrm/operation/write-log.ts';
import { createJournal, type Free } from '../../src/journal/journal.ts';
import type { KeyStore } from '../../src/journal/key-store.ts';
import { openAccountStore } from '../fixtures/store.ts';

const bob = { caller: 'bob', key: 'one' };
const write: WriteRecord = { method: 'POST', collection: 'contacts', body: { name: 'Иван' }, sentAt: 1, endedAt: 2 };

/** A journal whose store reads, but answers only when it is told to, as one behind a network may. */
async function openSlow(t: Test) {
  const store = await openAccountStore(t.testdir());
  const reads: ((error?: Error) => void)[] = [];
  const keys: KeyStore = {
    ...store.keys,
    async find(name) {
      const found = await store.keys.find(name);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      reads.push((error) => (error === undefined ? resolve() : reject(error)));
      await promise;
      return found;
    },
  };
  const journal = createJournal(keys);
  t.teardown(() => {
    journal.close();
    store.close();
  });
  return { journal, reads };
}

async function finish({ log, release }: Free): Promise<void> {
  const entry = log.next('POST contacts');
  await entry.send(write);
  entry.finish({ id: 1 });
  await log.succeed('{"a":1}');
  release();
}

/** Answers reads one after another, until there are none any more. */
async function answerReads(reads: ((error?: Error) => void)[]): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const answer = reads.shift();
    if (answer === undefined) return;
    answer();
  }
}

t.test('of equal requests that come in while the key is read one finds it free', async (t) => {
  const { journal, reads } = await openSlow(t);
  const kinds: string[] = [];
  const admitting = Array.from({ length: 5 }, async () => {
    const admission = await journal.admit(bob, 'f');
    kinds.push(admission.kind);
    // Before the others hear what was read: their news is old then.
    if (admission.kind === 'free') await finish(admission);
  });
  await answerReads(reads);
  await Promise.all(admitting);
  t.strictSame(kinds.sort(), ['free', 'in-work', 'in-work', 'in-work', 'in-work']);
  const last = journal.admit(bob, 'f');
  await answerReads(reads);
  t.match(await last, { kind: 'done', response: '{"a":1}' });
});

t.test('equal requests for a kept answer are replayed together', async (t) => {
  const { journal, reads } = await openSlow(t);
  const first = journal.admit(bob, 'f');
  await answerReads(reads);
  const admission = await first;
  if (admission.kind === 'free') await finish(admission);
  const again = [journal.admit(bob, 'f'), journal.admit(bob, 'f'), journal.admit(bob, 'other')];
  await answerReads(reads);
  t.strictSame(
    (await Promise.all(again)).map(({ kind }) => kind),
    ['done', 'done', 'reused'],
  );
});

t.test('who waits behind a request of another body is judged by what is kept, not by that', async (t) => {
  const { journal, reads } = await openSlow(t);
  const first = journal.admit(bob, 'f');
  await answerReads(reads);
  const begun = await first;
  if (begun.kind !== 'free') throw new Error(begun.kind);
  await begun.log.next('POST contacts').send(write);
  begun.release();
  const both = [journal.admit(bob, 'other'), journal.admit(bob, 'f')];
  await answerReads(reads);
  t.strictSame(
    (await Promise.all(both)).map(({ kind }) => kind),
    ['reused', 'free'],
  );
});

t.test('a read that fails leaves the key free for the next', async (t) => {
  const { journal, reads } = await openSlow(t);
  const both = Promise.allSettled([journal.admit(bob, 'f'), journal.admit(bob, 'f')]);
  await new Promise((resolve) => setImmediate(resolve));
  reads.shift()?.(new Error('unreachable'));
  t.match(await both, [{ status: 'rejected' }, { status: 'rejected' }]);
  const again = journal.admit(bob, 'f');
  await answerReads(reads);
  t.equal((await again).kind, 'free');
});

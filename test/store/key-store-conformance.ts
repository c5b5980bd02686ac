import type { Test } from 'tap';
import type { Change, KeyName, KeyStore, WriteChange } from '../../src/journal/key-store.ts';

export interface OpenedKeyStore {
  /** Of one account, and of another one in the same store. */
  keys: KeyStore;
  others: KeyStore;
  /** Deletes what has expired. */
  expire(): Promise<void>;
  close(): Promise<void>;
}

/** Makes an empty store for a test, and gives what opens it again and again. `now`: milliseconds since 1970. */
export type MakeKeyStore = (t: Test, now: () => number) => () => Promise<OpenedKeyStore>;

const hourMs = 3_600_000;
const bob = { caller: 'bob', key: 'one' };

function change(name: KeyName, writes: WriteChange[] = [], response: string | null = null): Change {
  return { name, row: { fingerprint: `f of ${name.key}`, checkpoint: '{"c":"ю"}', response, address: null }, writes };
}

function write(name: string, own: Partial<NonNullable<WriteChange['row']>> = {}, step = 0): WriteChange {
  const row = {
    method: 'POST' as const,
    collection: 'contacts',
    body: '{"name":"Иван 😀"}',
    before: '[7]',
    answer: null,
  };
  return { step, name, row: { ...row, sent_at: 1_700_000_000_000, ended_at: 1_700_000_000_500, ...own } };
}

/** What the journal expects of whatever keeps its keys. */
export function conformKeyStore(t: Test, make: MakeKeyStore): void {
  async function start(t: Test) {
    let ahead = 0;
    const open = make(t, () => Date.now() + ahead);
    let store = await open();
    t.teardown(() => store.close());
    return {
      keys: () => store.keys,
      others: () => store.others,
      expire: () => store.expire(),
      travel: (hours: number) => {
        ahead += hours * hourMs;
      },
      async restart() {
        await store.close();
        store = await open();
      },
      find: async (name: KeyName) => {
        const kept = await store.keys.find(name);
        const names = kept?.writes.map(({ step, name }) => `${step} ${name}`);
        return kept && { fingerprint: kept.row.fingerprint, response: kept.row.response, writes: names };
      },
    };
  }

  t.test('a key is found with its writes as they were put, after a restart too', async (t) => {
    const { keys, restart } = await start(t);
    t.equal(await keys().find(bob), undefined);
    const put = change(bob, [write('POST contacts #1'), write('PATCH leads/7 #1', { method: 'PATCH' }, 3)]);
    const address = 'https://studio.amocrm.ru';
    await keys().put({ ...put, row: { ...put.row, address } });
    for (const again of [async () => {}, restart]) {
      await again();
      const { row, writes } = (await keys().find(bob)) ?? {};
      t.match(row, { fingerprint: 'f of one', checkpoint: '{"c":"ю"}', response: null, address });
      t.match(writes, [
        { ...bob, step: 0, name: 'POST contacts #1', ...write('').row },
        { ...bob, step: 3, name: 'PATCH leads/7 #1', ...write('').row, method: 'PATCH' },
      ]);
    }
  });

  t.test('writes keep the order in which they were begun, whatever becomes of them', async (t) => {
    const { keys, find } = await start(t);
    await keys().put(change(bob, [write('b'), write('a')]));
    await keys().put(change(bob, [write('c'), write('b', { answer: '{"id":1}', ended_at: 5 })]));
    t.match(await find(bob), { writes: ['0 b', '0 a', '0 c'] });
    t.match((await keys().find(bob))?.writes[0], { answer: '{"id":1}', ended_at: 5 });
    await keys().put(change(bob, [{ step: 0, name: 'a', row: undefined }], '{"success":true}'));
    t.match(await find(bob), { writes: ['0 b', '0 c'], response: '{"success":true}' });
  });

  t.test('callers have keys of their own, told apart to the letter', async (t) => {
    const { keys, find } = await start(t);
    const names = [bob, { ...bob, key: 'One' }, { ...bob, key: 'one ' }, { ...bob, caller: 'Bob' }];
    for (const [index, name] of names.entries()) await keys().put(change(name, [write(`w${index}`)]));
    for (const [index, name] of names.entries()) t.match(await find(name), { writes: [`0 w${index}`] });
  });

  t.test('a key that is dropped, or has nothing written and no answer, is no key', async (t) => {
    const { keys, find } = await start(t);
    await keys().put(change(bob, [write('a')]));
    await keys().drop(bob);
    t.equal(await find(bob), undefined);
    await keys().put(change(bob, [write('b')]));
    t.match(await find(bob), { writes: ['0 b'] });
    await keys().put(change(bob, [{ step: 0, name: 'b', row: undefined }]));
    t.equal(await find(bob), undefined);
    await keys().drop({ ...bob, key: 'never there' });
  });

  t.test('a key is kept for a day after its last change; then nothing of it comes back', async (t) => {
    const { keys, find, travel } = await start(t);
    await keys().put(change(bob, [write('a')]));
    travel(20);
    await keys().put(change(bob, [], '{}'));
    travel(23.9);
    t.match(await find(bob), { writes: ['0 a'] });
    travel(0.2);
    t.equal(await find(bob), undefined);
    await keys().put(change(bob, [write('b')]));
    t.match(await find(bob), { writes: ['0 b'], response: null });
  });

  t.test('expiry clears away old keys alone, an hour after they have ended', async (t) => {
    const { keys, find, travel, expire } = await start(t);
    await Promise.all(
      Array.from({ length: 300 }, (_, index) => keys().put(change({ ...bob, key: `${index}` }, [write('a')]))),
    );
    travel(24.5);
    await keys().put(change(bob, [write('a')]));
    await expire();
    t.equal((await keys().openCreates(0)).length, 301);
    travel(0.6);
    await expire();
    t.match(await keys().openCreates(0), [{ ...bob, name: 'a' }]);
    t.match(await find(bob), { writes: ['0 a'] });
  });

  t.test('open creates are those without an answer, of keys that have changed as late as wanted', async (t) => {
    const { keys, travel } = await start(t);
    const answered = write('answered', { answer: '{"id":1}' });
    const updated = write('updated', { method: 'PATCH' });
    await keys().put(change({ ...bob, key: 'old' }, [answered, updated, write('a'), write('b')]));
    const names = async (since: number) => (await keys().openCreates(since)).map(({ name }) => name);
    t.strictSame(await names(Date.now() - hourMs), ['a', 'b']);
    travel(3);
    await keys().put(change(bob, [write('c')]));
    t.strictSame(await names(Date.now() + hourMs), ['c']);
    await keys().put(change({ ...bob, key: 'old' }));
    t.strictSame(await names(Date.now() + hourMs), ['a', 'b', 'c']);
  });

  t.test('what was put is seen by the next read, however much is put at once', async (t) => {
    const { keys, find } = await start(t);
    const body = JSON.stringify({ text: 'ж'.repeat(300_000) });
    const seen = Array.from({ length: 50 }, async (_, index) => {
      const name = { ...bob, key: `${index}` };
      await keys().put(change(name, [write('a', { body })], index % 2 === 0 ? '{}' : null));
      return find(name);
    });
    for (const [index, found] of (await Promise.all(seen)).entries()) {
      t.match(found, { fingerprint: `f of ${index}`, writes: ['0 a'], response: index % 2 === 0 ? '{}' : null });
    }
  });

  t.test('accounts have keys of their own', async (t) => {
    const { keys, others, find, restart } = await start(t);
    await keys().put(change(bob, [write('a')]));
    await others().put(change(bob, [write('b')], '{}'));
    for (const again of [async () => {}, restart]) {
      await again();
      t.match(await find(bob), { writes: ['0 a'], response: null });
      t.match(await others().find(bob), { row: { response: '{}' }, writes: [{ name: 'b' }] });
      t.match(await keys().openCreates(0), [{ name: 'a' }]);
      t.match(await others().openCreates(0), [{ name: 'b' }]);
    }
    await others().drop(bob);
    t.match(await find(bob), { writes: ['0 a'] });
    t.strictSame(await others().openCreates(0), []);
  });
}

import type { Test } from 'tap';
import type { AccountStore } from '../../src/store/store.ts';

export interface OpenedAccountStore {
  /** Of one account, and of another one in the same store. */
  own: AccountStore;
  others: AccountStore;
  /** The first one as it is opened at that address. */
  at(address: string): AccountStore;
  /** Deletes what has expired. */
  expire(): Promise<void>;
  close(): Promise<void>;
}

/** Makes an empty store for a test, and gives what opens it again and again. `now`: milliseconds since 1970. */
export type MakeAccountStore = (t: Test, now: () => number) => () => Promise<OpenedAccountStore>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = 1_800_000_000_000;
const integration = { account: 'one', clientId: 'ours' };
const pair = { accessToken: 'access-4711', refreshToken: 'refresh-4711', issuedAt: 1000, expiresAt: 2000 };
const place = { fileId: undefined, baseUrl: 'https://one.amocrm.ru' };

/** What is expected of whatever keeps claimed ids, identities in doubt, tokens and the breaker of an account. */
export function conformAccountStore(t: Test, make: MakeAccountStore): void {
  async function open(t: Test) {
    let ahead = 0;
    const opener = make(t, () => start + ahead);
    let store = await opener();
    t.teardown(() => store.close());
    return {
      own: () => store.own,
      others: () => store.others,
      at: (address: string) => store.at(address),
      expire: () => store.expire(),
      travel: (ms: number) => {
        ahead += ms;
      },
      async restart() {
        await store.own.settle();
        await store.close();
        store = await opener();
      },
      ids: async () => (await store.own.claims.recent()).map(({ id }) => id),
      doubts: async () => (await store.own.doubts.recent()).map(({ identity, until }) => ({ identity, until })),
    };
  }

  t.test('whose an address is outlives a restart, and belongs to one account', async (t) => {
    const { own, others, restart } = await open(t);
    t.equal(await own().addresses.find('https://one.amocrm.ru'), undefined);
    await own().addresses.put('https://one.amocrm.ru', 1);
    await own().addresses.put('https://one.amocrm.ru', 28_805_383);
    await own().addresses.put('https://two.amocrm.ru', 2 ** 53 - 1);
    await others().addresses.put('https://one.amocrm.ru', 7);
    await restart();
    t.equal(await own().addresses.find('https://one.amocrm.ru'), 28_805_383);
    t.equal(await own().addresses.find('https://two.amocrm.ru'), 2 ** 53 - 1);
    t.equal(await others().addresses.find('https://one.amocrm.ru'), 7);
  });

  t.test('ids that were named outlive a restart, latest last, for longer than a key', async (t) => {
    const { own, others, expire, restart, travel, ids } = await open(t);
    await own().claims.add('leads', 1, start - 24 * hourMs);
    await own().claims.add('contacts', 2 ** 53 - 1, start + 0.4);
    await others().claims.add('leads', 7, start);
    await restart();
    t.match(await own().claims.recent(), [
      { collection: 'leads', id: 1, at: start - 24 * hourMs },
      { collection: 'contacts', id: 2 ** 53 - 1, at: start },
    ]);
    travel(2 * hourMs);
    t.strictSame(await ids(), [2 ** 53 - 1]);
    await expire();
    t.strictSame(await ids(), [2 ** 53 - 1]);
  });

  t.test('ids that the answer of a key names are kept with it', async (t) => {
    const { own, others, restart } = await open(t);
    const row = { fingerprint: 'f', checkpoint: '{}', response: '{}', address: null };
    const claims = [
      { collection: 'leads', id: 2 ** 53 - 1, at: start + 0.4, address: 'https://one.amocrm.ru' },
      { collection: 'contacts', id: 8, at: start, address: null },
    ];
    await own().keys.put({ name: { caller: 'bob', key: 'one' }, row, writes: [], claims });
    await own().keys.put({ name: { caller: 'bob', key: 'two' }, row, writes: [], claims: [] });
    await restart();
    t.match(await own().claims.recent(), [{ ...claims[0], at: start }, claims[1]]);
    t.strictSame(await others().claims.recent(), []);
  });

  t.test('many ids at once keep their order', async (t) => {
    const { own, ids } = await open(t);
    const all = Array.from({ length: 2500 }, (_, index) => index + 1);
    await Promise.all(all.map((id) => own().claims.add('leads', id, start)));
    t.strictSame(await ids(), all);
  });

  t.test('identities in doubt outlive a restart, and for a day their time by our clock', async (t) => {
    const { own, restart, travel, doubts } = await open(t);
    own().doubts.add(['phone 79001234567', 'email anna@example.com'], start + 60_000);
    own().doubts.add(['telegram 4711'], start + 60_000);
    own().doubts.add(['email anna@example.com'], start + 90_000.5);
    own().doubts.remove(['telegram 4711']);
    await restart();
    t.strictSame(await doubts(), [
      { identity: 'phone 79001234567', until: start + 60_000 },
      { identity: 'email anna@example.com', until: start + 90_001 },
    ]);
    own().doubts.remove(['phone 79001234567']);
    await own().settle();
    travel(dayMs + 60_000);
    t.strictSame(await doubts(), [{ identity: 'email anna@example.com', until: start + 90_001 }]);
    travel(60_000);
    t.strictSame(await doubts(), []);
  });

  t.test('ids and doubts are kept with the address that they belong to', async (t) => {
    const { own, at, restart } = await open(t);
    await own().claims.add('leads', 1, start);
    own().doubts.add(['telegram 4711'], start);
    await own().settle();
    for (const address of ['https://one.amocrm.ru', 'https://two.amocrm.ru']) {
      const there = at(address);
      await there.claims.add('leads', 1, start);
      there.doubts.add([`phone ${address}`, 'email anna@example.com'], start + 1);
      await there.settle();
    }
    await restart();
    t.strictSame(
      (await own().claims.recent()).map(({ id, address }) => [id, address]),
      [
        [1, null],
        [1, 'https://one.amocrm.ru'],
        [1, 'https://two.amocrm.ru'],
      ],
    );
    const doubts = (await own().doubts.recent()).map(({ identity, address }) => `${identity} ${address}`);
    t.strictSame(doubts.toSorted(), [
      'email anna@example.com https://one.amocrm.ru',
      'email anna@example.com https://two.amocrm.ru',
      'phone https://one.amocrm.ru https://one.amocrm.ru',
      'phone https://two.amocrm.ru https://two.amocrm.ru',
      'telegram 4711 null',
    ]);
  });

  t.test('an identity may hold whatever a user can type', async (t) => {
    const { own, restart, doubts } = await open(t);
    const identities = ['email a\u0000b@example.com', 'telegram \\"{},NULL', 'email 😀 ж'];
    own().doubts.add(identities, start);
    await restart();
    t.strictSame((await doubts()).map(({ identity }) => identity).toSorted(), identities.toSorted());
  });

  t.test('a pair of tokens and the grants that led to it outlive a restart', async (t) => {
    const { own, others, restart } = await open(t);
    const tokens = () => own().tokens(integration);
    const first = await tokens();
    t.equal(first.pair(), undefined);
    await first.begin('lost', 4.5);
    await first.begin('lost', 9);
    await first.begin('refused', 5);
    await first.drop('refused');
    await first.begin('hash', 6);
    const seen = async () => {
      const store = await tokens();
      return [store.find('lost'), store.find('refused'), store.find('hash'), store.open().toSorted()];
    };
    const open6 = { begunAt: 6, isTaken: false };
    t.strictSame(await seen(), [{ begunAt: 4, isTaken: false }, undefined, open6, ['hash', 'lost']]);
    await first.keep('hash', pair);
    t.strictSame(first.pair(), pair);
    for (const again of [async () => {}, restart]) {
      await again();
      t.strictSame(await seen(), [undefined, undefined, { begunAt: 6, isTaken: true }, []]);
      t.strictSame((await tokens()).pair(), pair);
    }
    t.equal((await own().tokens({ ...integration, clientId: 'theirs' })).pair(), undefined);
    t.equal((await others().tokens({ ...integration, account: 'two' })).pair(), undefined);
    await (await tokens()).keep('next', { ...pair, accessToken: 'newer', issuedAt: 5.5 });
    t.match((await tokens()).pair(), { accessToken: 'newer', issuedAt: 5 });
  });

  t.test('the latest state of the breaker is found again, for the same address', async (t) => {
    const { own, restart } = await open(t);
    const onError = (error: unknown) => t.fail(String(error));
    const breaker = (baseUrl = place.baseUrl) => own().breaker({ ...place, baseUrl, onError });
    const memory = await breaker();
    t.equal(memory.load(), undefined);
    memory.save('unreachable', 5000);
    memory.save('blocked', 7000);
    await restart();
    t.match((await breaker()).load(), { state: 'blocked', probeAt: 7000 });
    t.equal((await breaker('https://two.amocrm.ru')).load(), undefined);
  });
}

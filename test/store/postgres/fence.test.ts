import { Client } from 'pg';
import t from 'tap';
import { ask, createDatabase, empty, noPostgres, openTestStore, own } from '../../fixtures/postgres.ts';
import { studio } from '../account-table-conformance.ts';

const url = await createDatabase(t);
const name = { caller: 'bob', key: 'one' };
const row = { fingerprint: 'f', checkpoint: '{}', response: '{}', address: null };
const pair = { accessToken: 'a', refreshToken: 'r', issuedAt: 1, expiresAt: 2 };
const times = { accepted_at: 1, give_up_at: 1e15 };
const job = { ...name, route: '/x', fingerprint: 'f', address: null, language: 'en' as const, body: '{}', ...times };
const plenty = { jobs: 10, bytes: 1e9 };
const end = { state: 'succeeded', attempts: 1, result: '{}', problem: null, ended_at: 5 } as const;
const fenced = { name: 'FenceError' };
const studio2 = { ...studio, id: 'one', rateLimit: 5 };

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('who is the owner no more changes nothing', async (t) => {
    const errors: unknown[] = [];
    const { store } = await openTestStore(url, { onError: (error) => errors.push(error) });
    t.teardown(() => store.close());
    await empty(url);
    const before = store.of('one', await own(url, 'one'));
    const tokens = await before.tokens({ account: 'one', clientId: 'c' });
    const breaker = await before.breaker({ fileId: 'one', baseUrl: 'x', onError: (error) => errors.push(error) });
    await before.jobs.add({ ...job, id: 'a' }, plenty);
    t.equal((await before.jobs.take(2, 9, 1e9)).length, 1);
    const after = store.of('one', await own(url, 'one'));
    const tables = ['keys', 'claims', 'doubts', 'tokens', 'grants', 'jobs', 'addresses', 'accounts'];
    const all = () => Promise.all(tables.map((table) => ask(url, `SELECT * FROM ${table}`)));
    const was = await all();

    await t.rejects(before.keys.put({ name, row, writes: [] }), fenced);
    await t.rejects(before.keys.drop(name), fenced);
    await before.claims.add('leads', 1, Date.now());
    before.doubts.add(['phone 1'], Date.now());
    await before.settle();
    await t.rejects(tokens.begin('h', 1), fenced);
    await t.rejects(tokens.drop('h'), fenced);
    await t.rejects(tokens.keep('h', pair), fenced);
    t.equal(tokens.pair(), undefined, 'nor in memory');
    breaker.save('blocked', 5);
    await t.rejects(before.jobs.end('a', end), fenced);
    await t.rejects(before.jobs.putOff('a', { attempts: 1, run_at: 5, problem: null }), fenced);
    await t.rejects(before.addresses.put('https://one.amocrm.ru', 1), fenced);
    await t.rejects(before.jobs.resume(), fenced);
    await before.jobs.add({ ...job, id: 'b', key: 'two' }, plenty);
    await t.rejects(before.jobs.take(2, 9, 1e9), fenced);
    await ask(url, "DELETE FROM jobs WHERE id = 'b'");
    t.strictSame(await all(), was);
    t.match(errors, [fenced, fenced, fenced]);
    t.equal(errors.length, 3);

    await after.keys.put({ name, row, writes: [] });
    t.match(await before.keys.find(name), { row }, 'it may read');
  });

  t.test(
    'a pair that comes when the account is another’s is kept as long as nothing else has come of it',
    async (t) => {
      const { store } = await openTestStore(url);
      t.teardown(() => store.close());
      await empty(url);
      const tokensOf = async (epoch: number) => store.of('one', epoch).tokens({ account: 'one', clientId: 'c' });
      const newer = { ...pair, accessToken: 'b', refreshToken: 's' };
      const before = await tokensOf(await own(url, 'one'));
      await before.begin('code', 1);
      const after = await tokensOf(await own(url, 'one'));
      await before.keep('code', pair);
      t.strictSame([before.pair(), after.pair()], [pair, undefined]);
      await after.load();
      t.match([after.pair(), after.find('code'), after.open()], [pair, { isTaken: true }, []]);

      await after.begin('refresh', 2);
      const last = await tokensOf(await own(url, 'one'));
      const sealed = await ask(url, 'SELECT refresh_token FROM tokens');
      await after.keep('refresh', newer);
      t.notSame(await ask(url, 'SELECT refresh_token FROM tokens'), sealed);
      await last.load();
      t.strictSame(last.pair(), newer);
      await t.rejects(after.keep('refresh', pair), fenced, 'once');

      await last.begin('third', 3);
      const one = await tokensOf(await own(url, 'one'));
      await one.begin('a code', 4);
      await one.keep('a code', pair);
      await t.rejects(last.keep('third', { ...newer, refreshToken: 'late' }), fenced, 'there are others by now');
      await one.load();
      t.strictSame(one.pair(), pair);

      await one.begin('fourth', 5);
      await own(url, 'one');
      await ask(url, 'DELETE FROM tokens');
      await ask(url, 'DELETE FROM grants');
      await t.rejects(one.keep('fourth', newer), fenced, 'the integration is another');
      t.strictSame(await ask(url, 'SELECT * FROM tokens'), []);
    },
  );

  t.test('who is the owner no more neither changes nor deletes the account, nor brings it back', async (t) => {
    const { store, replicas } = await openTestStore(url);
    const { accounts } = store;
    t.teardown(() => store.close());
    await empty(url);
    const elsewhere = { code: 'OVERLOADED', name: 'Problem' };
    const record = { ...studio, id: 'one' };
    await accounts.put(record, { epoch: 0 });
    await accounts.put({ ...record, rateLimit: 3 }, { epoch: 0 });
    const before = await own(url, 'one');
    await (await store.of('one', before).tokens({ account: 'one', clientId: 'c' })).keep('h', pair);
    const after = await own(url, 'one');
    for (const epoch of [0, before]) {
      await t.rejects(accounts.put(studio2, { epoch, forgetsTokens: true }), elsewhere);
      await t.rejects(accounts.remove('one', { epoch }), elsewhere);
    }
    t.match(await accounts.find('one'), { rateLimit: 3 });
    t.equal((await accounts.tokenTimes()).length, 1);
    await accounts.put(studio2, { epoch: after, forgetsTokens: true });
    t.match(await accounts.find('one'), { rateLimit: 5 });
    t.equal((await accounts.tokenTimes()).length, 0);
    t.equal(await accounts.remove('one', { epoch: after }), true);
    await t.rejects(accounts.put(studio2, { epoch: after }), elsewhere);
    t.equal(await accounts.remove('one', { epoch: after }), false);
    t.equal(await accounts.find('one'), undefined);
    await replicas.declare('one');
    await own(url, 'one');
    await accounts.put(record, { epoch: 0 });
    t.match(await accounts.find('one'), { rateLimit: 7 }, 'a place for the account of the settings is nobody’s');
  });

  t.test('who takes an account waits for a change under way, and then reads it', async (t) => {
    const { store } = await openTestStore(url);
    t.teardown(() => store.close());
    await empty(url);
    const epoch = await own(url, 'one');
    // The change of a process that is slow to end its statement.
    const slow = new Client({ connectionString: url });
    await slow.connect();
    t.teardown(() => slow.end());
    await slow.query('BEGIN');
    const lease = 'WITH lease AS (SELECT 1 FROM accounts WHERE id = $1 AND epoch = $2 FOR SHARE)';
    const change = "INSERT INTO keys SELECT $1, 'bob', 'one', 'f', '{}', '{}', $3::bigint FROM lease";
    await slow.query(`${lease} ${change}`, ['one', epoch, Date.now()]);
    const order: string[] = [];
    const taken = own(url, 'one').then(async (next) => {
      order.push('taken');
      return store.of('one', next).keys.find(name);
    });
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while ((await ask(url, waiting)).length === 0);
    order.push('committed');
    await slow.query('COMMIT');
    t.match(await taken, { row });
    t.strictSame(order, ['committed', 'taken']);
  });
}

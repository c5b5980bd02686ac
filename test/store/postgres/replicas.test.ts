import t from 'tap';
import { ask, createDatabase, empty, noPostgres, openTestStore } from '../../fixtures/postgres.ts';
import { studio } from '../account-table-conformance.ts';

const url = await createDatabase(t);
const leaseMs = 60_000;
const replica = (id: string) => ({ id, url: `http://${id}`, version: '1' });

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  const { store, replicas } = await openTestStore(url);
  t.teardown(() => store.close());
  t.beforeEach(() => empty(url));

  const outlive = (id: string) =>
    ask(url, `UPDATE replicas SET expires_at = now() - interval '1 ms' WHERE id = $1`, [id]);

  t.test('an account is given to the replica with the fewest that does not drain, and stays with it', async (t) => {
    for (const id of ['a', 'b', 'c', 'dead']) await replicas.join(replica(id), leaseMs);
    await replicas.drain('c');
    await outlive('dead');
    t.equal(await replicas.locate('none'), undefined);
    const accounts = Array.from({ length: 6 }, (_, index) => `account ${index}`);
    for (const account of accounts) await replicas.declare(account);
    const owners: (string | undefined)[] = [];
    for (const account of accounts) owners.push((await replicas.locate(account))?.id);
    t.strictSame(owners.toSorted(), ['a', 'a', 'a', 'b', 'b', 'b']);
    for (const [index, account] of accounts.entries()) t.match(await replicas.locate(account), { id: owners[index] });
    t.match(await replicas.locate('account 0'), { url: `http://${owners[0]}` });
    await outlive('a');
    for (const account of accounts) t.match(await replicas.locate(account), { id: 'b' });
    const surveyed = await replicas.survey('b');
    t.equal(surveyed.filter(({ isOwn }) => isOwn).length, 6);
    const found = await replicas.owners(['account 0', 'account 1', 'none']);
    t.strictSame(
      found.toSorted((one, other) => one.account.localeCompare(other.account)),
      [
        { account: 'account 0', id: 'b', url: 'http://b' },
        { account: 'account 1', id: 'b', url: 'http://b' },
      ],
    );
    await outlive('b');
    t.strictSame(await replicas.owners(['account 0']), []);
    t.equal(await replicas.locate('account 0'), undefined, 'nobody to give it to');
    t.equal((await replicas.survey('a')).length, 6, 'those whose owner is no more');
  });

  t.test('the owner of a new account rests where one of that id was deleted a moment ago', async (t) => {
    await replicas.join(replica('a'), leaseMs);
    await store.accounts.put(studio);
    t.match(await replicas.take('studio', 'a'), { restMs: 0 });
    for (let times = 0; times < 2; times += 1) {
      await store.accounts.remove('studio');
      await store.accounts.put(studio);
      const { restMs = 0 } = (await replicas.take('studio', 'a')) ?? {};
      t.ok(restMs > 0 && restMs <= 1005, String(restMs));
    }
    await ask(url, "UPDATE deletions SET at = now() - interval '2 days'");
    await store.expire();
    t.strictSame(await ask(url, 'SELECT * FROM deletions'), []);
  });

  t.test(
    'an account that takes the place of another tells how many had been deleted; keys and signs of life too',
    async (t) => {
      await replicas.join(replica('a'), leaseMs);
      const seen = async () => (await replicas.beat('a', leaseMs)).deletions;
      const before = await seen();
      await store.accounts.put(studio);
      await store.accounts.put({ ...studio, id: 'other' });
      t.match(await replicas.take('studio', 'a'), { addedAfter: 0 });
      await store.apiKeys.add('digest', { id: 'k1', caller: 'bot', accounts: ['studio', 'other'], createdAt: 1 });
      t.match(await store.apiKeys.find('digest'), { deletionsSeen: before });
      await store.accounts.remove('studio');
      await store.accounts.remove('studio');
      t.equal(await seen(), before + 1, 'of one that is there');
      t.match(await store.apiKeys.find('digest'), { deletionsSeen: before + 1, accounts: ['other'] });
      await store.accounts.put(studio);
      t.match(await replicas.take('studio', 'a'), { addedAfter: before + 1 });
      await store.accounts.put({ ...studio, rateLimit: 5 });
      t.match(await replicas.take('studio', 'a'), { addedAfter: before + 1 }, 'a change is no addition');
      await store.accounts.remove('other');
      t.match(await replicas.take('studio', 'a'), { addedAfter: before + 1 });
    },
  );

  t.test('a key for accounts that are deleted at once is none', async (t) => {
    const ids = Array.from({ length: 12 }, (_, index) => `acc${index}`);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(ids.map((id) => store.accounts.put({ ...studio, id })));
      const digest = `of many ${round}`;
      await store.apiKeys.add(digest, { id: digest, caller: 'bot', accounts: ids, createdAt: 1 });
      await Promise.all(ids.map((id) => store.accounts.remove(id)));
      t.equal(await store.apiKeys.find(digest), undefined);
      t.notOk((await store.apiKeys.list()).some(({ id }) => id === digest));
    }
    await store.accounts.clear('acc0');
    t.strictSame(await ask(url, "SELECT id FROM api_keys WHERE accounts = '[]'"), []);
  });

  t.test('deletions are counted on where their count was lost', async (t) => {
    await replicas.join(replica('a'), leaseMs);
    await store.accounts.put(studio);
    await store.accounts.remove('studio');
    await store.accounts.put(studio);
    const { addedAfter = 0 } = (await replicas.take('studio', 'a')) ?? {};
    await ask(url, 'TRUNCATE deletion_count');
    await store.apiKeys.add('kept', { id: 'kept', caller: 'bot', accounts: null, createdAt: 1 });
    t.match(await store.apiKeys.find('kept'), { id: 'kept' });
    await store.accounts.remove('studio');
    t.ok((await replicas.beat('a', leaseMs)).deletions > 0 && addedAfter > 0);
  });

  t.test('a lease whose beginning was not answered begins once', async (t) => {
    await replicas.join(replica('a'), leaseMs);
    await replicas.join(replica('a'), leaseMs);
    t.match(await ask(url, 'SELECT id FROM replicas'), [{ id: 'a' }]);
  });

  t.test('of the accounts without an owner that of the settings needs a look, and those with open jobs', async (t) => {
    await replicas.join(replica('a'), leaseMs);
    await replicas.declare('default');
    await ask(url, "INSERT INTO accounts (id, base_url) VALUES ('busy', 'https://x'), ('idle', 'https://x')");
    const job =
      'INSERT INTO jobs (id, account, caller, key, route, fingerprint, state, attempts, give_up_at, accepted_at, size, body, ' +
      "ended_at) VALUES ($1, $2, '', $1, '', '', '', 0, 0, 0, 0, '', $3)";
    await ask(url, job, ['one', 'busy', null]);
    await ask(url, job, ['two', 'idle', 1]);
    const surveyed = async () => (await replicas.survey('a')).map(({ account, isOwn }) => `${account} ${isOwn}`);
    t.strictSame((await surveyed()).toSorted(), ['busy false', 'default false']);
    const off = async () => (await replicas.survey('a')).flatMap(({ account, isOff }) => (isOff ? account : []));
    t.strictSame(await off(), []);
    await ask(url, "UPDATE accounts SET disabled = true WHERE id = 'busy'");
    t.strictSame(await off(), ['busy'], 'nobody need have one that is switched off');
    await replicas.take('busy', 'a');
    t.strictSame((await surveyed()).toSorted(), ['busy true', 'default false']);
  });

  t.test('a sign of life renews the lease and tells the time; a lease that has ended stays so', async (t) => {
    await replicas.join(replica('a'), 1000);
    const { isAlive, wall } = await replicas.beat('a', leaseMs);
    t.equal(isAlive, true);
    for (const id of ['b', 'c', 'd']) await replicas.join(replica(id), leaseMs);
    t.match(await replicas.beat('a', leaseMs), { live: 4 });
    await replicas.drain('b');
    await outlive('c');
    t.match(await replicas.beat('a', leaseMs), { live: 2 }, 'one goes down, and one is gone');
    await replicas.leave('d');
    await ask(url, "DELETE FROM replicas WHERE id <> 'a'");
    t.ok(Math.abs(wall - Date.now()) < 60_000, String(wall));
    t.match(await ask(url, "SELECT expires_at > now() + interval '50 s' AS late FROM replicas"), [{ late: true }]);
    await outlive('a');
    t.match(await replicas.beat('a', leaseMs), { isAlive: false });
    t.match(await replicas.beat('nobody', leaseMs), { isAlive: false });
  });

  t.test('an account is taken by a replica with a lease, when no other one with a lease has it', async (t) => {
    await replicas.join(replica('a'), leaseMs);
    t.equal(await replicas.take('one', 'a'), undefined, 'there is none');
    await replicas.declare('one');
    await replicas.declare('one');
    t.equal(await replicas.take('one', 'b'), undefined, 'no lease');
    const first = await replicas.take('one', 'a');
    t.match(first, { epoch: Number, restMs: 0 });
    const again = await replicas.take('one', 'a');
    t.ok((again?.epoch ?? 0) > (first?.epoch ?? 0), 'what the first began is over');
    await ask(url, "INSERT INTO replicas VALUES ('b', '', '', false, now() + interval '60 s')");
    t.equal(await replicas.take('one', 'b'), undefined);
    await outlive('a');
    const other = await replicas.take('one', 'b');
    t.ok(
      (other?.restMs ?? 0) > 0 && (other?.restMs ?? 0) <= 1005,
      `calls of a killed owner still count: ${other?.restMs}`,
    );
  });

  t.test('an account that was handed over rests too; a release by an earlier owner is none', async (t) => {
    await replicas.join(replica('a'), leaseMs);
    await replicas.declare('one');
    const first = await replicas.take('one', 'a');
    const second = await replicas.take('one', 'a');
    await replicas.release('one', first?.epoch ?? 0);
    t.match(await ask(url, 'SELECT owner FROM accounts'), [{ owner: 'a' }]);
    await replicas.release('one', second?.epoch ?? 0);
    t.match(await ask(url, 'SELECT owner FROM accounts'), [{ owner: null }]);
    const third = await replicas.take('one', 'a');
    t.ok((third?.restMs ?? 0) > 0 && (third?.restMs ?? 0) <= 1005, `${third?.restMs}`);
    await ask(url, "UPDATE accounts SET rested_at = now() - interval '2 s'");
    t.match(await replicas.take('one', 'a'), { restMs: 0 });
  });

  t.test('of two that want an account at once one gets it', async (t) => {
    await replicas.join(replica('a'), leaseMs);
    await ask(url, "INSERT INTO replicas VALUES ('b', '', '', false, now() + interval '60 s')");
    for (let round = 0; round < 10; round += 1) {
      await ask(url, 'INSERT INTO accounts (id) VALUES ($1)', [`account ${round}`]);
      const taken = await Promise.all(['a', 'b', 'a', 'b'].map((id) => replicas.take(`account ${round}`, id)));
      const owners = new Set(taken.flatMap((one, index) => (one === undefined ? [] : index % 2)));
      t.equal(owners.size, 1);
    }
  });
}

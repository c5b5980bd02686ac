import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Client } from 'pg';
import t from 'tap';
import { createAccountTable } from '../../../src/store/postgres/accounts.ts';
import { type Database, openPool } from '../../../src/store/postgres/database.ts';
import { createSecretBox } from '../../../src/store/secret-box.ts';
import { ask, createDatabase, empty, noPostgres, openTestStore } from '../../fixtures/postgres.ts';
import { studio } from '../account-table-conformance.ts';

const url = await createDatabase(t);
const box = createSecretBox([randomBytes(32)]);
const fill =
  'INSERT INTO jobs (account, id, caller, key, route, fingerprint, state, attempts, give_up_at, accepted_at, size, body) ' +
  "SELECT 'studio', n, 'bob', n, '/x', 'f', 'queued', 0, 2, 1, 2, '{}' FROM generate_series(1, 1200) AS n";

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  const pool = openPool(url, () => {});
  t.teardown(() => pool.close());
  t.before(async () => (await openTestStore(url)).store.close());
  t.beforeEach(() => empty(url));

  /** What a replica does with accounts, which stands still before the first statement of that kind. */
  function standing(before: RegExp) {
    const gate = new EventEmitter();
    const [reached, gone] = [once(gate, 'reached'), once(gate, 'go')];
    let hasMet = false;
    const query: Database['query'] = async (text, values) => {
      if (!hasMet && before.test(text)) {
        hasMet = true;
        gate.emit('reached');
        await gone;
      }
      return pool.query(text, values);
    };
    return { accounts: createAccountTable({ ...pool, query }, box), reached, go: () => gate.emit('go') };
  }

  t.test('who meets rows of a deleted account that another replica deletes goes on to the others', async (t) => {
    const { accounts } = standing(/^never/);
    await ask(url, "INSERT INTO removals VALUES ('studio')");
    await ask(url, fill);
    const other = new Client({ connectionString: url });
    await other.connect();
    t.teardown(() => other.end());
    await other.query('BEGIN');
    await other.query('DELETE FROM jobs WHERE place IN (SELECT place FROM jobs ORDER BY place LIMIT 500)');
    const put = accounts.put(studio);
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while ((await ask(url, waiting)).length === 0);
    await other.query('COMMIT');
    await put;
    t.strictSame(await ask(url, 'SELECT count(*)::integer AS jobs FROM jobs'), [{ jobs: 0 }]);
    t.strictSame(await ask(url, 'SELECT account FROM removals'), []);
  });

  t.test('who comes late takes away no mark of a later deletion', async (t) => {
    const late = standing(/^DELETE FROM removals/);
    const next = standing(/^DELETE FROM keys/);
    const { accounts } = standing(/^never/);
    await accounts.put(studio);
    t.ok(await late.accounts.remove('studio'));
    const first = late.accounts.clear('studio');
    await late.reached;
    await accounts.put(studio);
    await ask(
      url,
      "INSERT INTO keys (account, caller, key, fingerprint, checkpoint, changed_at) VALUES ('studio', 'bob', 'one', 'f', '{}', 1)",
    );
    t.ok(await next.accounts.remove('studio'));
    const second = next.accounts.clear('studio');
    await next.reached;
    late.go();
    await first;
    next.go();
    await second;
    await accounts.put(studio);
    t.strictSame(await ask(url, 'SELECT key FROM keys'), []);
  });

  t.test('an account that is deleted while it is put is there anew once nothing is left of it', async (t) => {
    const late = standing(/INSERT INTO accounts/);
    const other = standing(/^DELETE FROM jobs/);
    const put = late.accounts.put(studio);
    await late.reached;
    await standing(/^never/).accounts.put(studio);
    await ask(url, fill);
    t.ok(await other.accounts.remove('studio'));
    const cleared = other.accounts.clear('studio');
    await other.reached;
    late.go();
    await put;
    t.strictSame(await ask(url, 'SELECT count(*)::integer AS jobs FROM jobs'), [{ jobs: 0 }]);
    other.go();
    await cleared;
    t.strictSame(await accounts(), [{ id: 'studio' }]);
  });

  const accounts = () => ask(url, 'SELECT id FROM accounts');
}

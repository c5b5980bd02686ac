import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import t from 'tap';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { createDatabase, noPostgres, ask as query } from '../fixtures/postgres.ts';
import { mostWithin, openReplicas, type ReplicasOptions, type RunningReplica } from '../fixtures/replicas.ts';

const url = await createDatabase(t);
const adminKey = 'admin-key-0123456789';
const env = {
  AMO_BASE_URL: '',
  AMO_ACCESS_TOKEN: '',
  AMO_BATCH_SIZE: '1',
  ADMIN_KEYS: `ops=${adminKey}`,
  AMO_HOSTS: '127.0.0.1',
};
const second = 200;

async function ask(method: string, address: string, key: string, body?: object, more: Record<string, string> = {}) {
  const headers = {
    ...more,
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(address, { method, headers, ...sent });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** Makes the database wait within the deletion of an account until it is released, and tells when it waits. */
async function holdDeletion(t: Parameters<typeof openReplicas>[0], database: string) {
  const lock = 1;
  const holder = new Client({ connectionString: database });
  await holder.connect();
  t.teardown(() => holder.end());
  await holder.query(
    `CREATE FUNCTION rest() RETURNS trigger AS 'BEGIN PERFORM pg_advisory_xact_lock(${lock}); RETURN NULL; END' ` +
      'LANGUAGE plpgsql; ' +
      'CREATE TRIGGER rest AFTER DELETE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION rest(); ' +
      `SELECT pg_advisory_lock(${lock})`,
  );
  const waiting =
    "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE locktype = 'advisory' " +
    `AND objid = ${lock} AND NOT granted AND datname = current_database()`;
  return {
    async waits() {
      while ((await holder.query(waiting)).rowCount === 0) await sleep(5);
    },
    async release() {
      await holder.query(`SELECT pg_advisory_unlock(${lock})`);
      await holder.query('DROP TRIGGER rest ON accounts; DROP FUNCTION rest');
    },
  };
}

/** Ends a test that would wait for ever. */
function unexpected(answer: object): never {
  throw new Error(`Answered before the database was asked: ${JSON.stringify(answer)}`);
}

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  const database = url;

  /** Three replicas, and an account that one of them has. */
  async function open(t: Parameters<typeof openReplicas>[0], options: ReplicasOptions = {}) {
    const opened = await openReplicas(t, database, { second, env, ...options });
    const { sandbox, replicas, sides } = opened;
    const [first = { address: '' }] = replicas;
    const account = { base_url: sandbox.url, access: { access_token: sandbox.token } };
    const put = (to: { address: string }, more: object = {}) =>
      ask('PUT', `${to.address}/accounts/studio`, adminKey, { ...account, ...more });
    const remove = (to: { address: string }) => ask('DELETE', `${to.address}/accounts/studio?force=true`, adminKey);
    const show = (to: { address: string }) => ask('GET', `${to.address}/accounts/studio`, adminKey);
    await put(first);
    const addKey = async (to: { address: string }): Promise<string> =>
      (await ask('POST', `${to.address}/keys`, adminKey, { caller: 'bot', accounts: ['studio'] })).body.key;
    const key = await addKey(first);
    const create = (to: { address: string }, name: string, own = key, headers: Record<string, string> = {}) =>
      ask('POST', `${to.address}/steps/amocrm_create_contact`, own, { params: { name } }, headers);
    await create(first, 'Первый');
    const { own, others } = await sides();
    const [other = own, third = own]: RunningReplica[] = others;
    const namesOf = (kind: string) =>
      [...sandbox.store.contacts.values()].filter(({ name }) => name.startsWith(kind)).length;
    return { ...opened, own, other, third, put, remove, show, addKey, create, namesOf };
  }

  t.test('an account that is deleted through another replica is ended by its owner first', async (t) => {
    const { sandbox, own, other, third, put, remove, addKey, create, namesOf } = await open(t);
    const before = Array.from({ length: 40 }, (_, index) => create(own, `Старый ${index}`));
    while (namesOf('Старый') < 8) await new Promise(setImmediate);
    t.equal((await remove(other)).status, 204);
    const made = namesOf('Старый');
    t.equal((await put(other)).status, 201);
    const key = await addKey(third);
    const after = await Promise.all(Array.from({ length: 15 }, (_, index) => create(third, `Новый ${index}`, key)));
    for (const { status } of after) t.equal(status, 200);
    const answers = await Promise.all(before);
    t.equal(namesOf('Старый'), made, 'nothing is sent for an account that is no more');
    t.equal(answers.filter(({ status }) => status === 200).length, made);
    t.ok(
      mostWithin(
        second,
        sandbox.requests.map(({ at }) => at),
      ) <= 7,
    );
  });

  t.test('of a change and a deletion that were sent to different replicas one is the last', async (t) => {
    const { own, other, third, put, remove, show, create } = await open(t);
    const load = Array.from({ length: 10 }, (_, index) => create(own, `Имя ${index}`));
    const [removed, changed] = await Promise.all([remove(other), put(third, { rate_limit: 5 })]);
    t.equal(removed.status, 204);
    const isNew = changed.status === 201;
    for (const replica of [own, other, third]) t.equal((await show(replica)).status, isNew ? 200 : 404);
    await Promise.all(load);
  });

  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
    t.test(`a deletion that its owner has taken is not done again by another (${signal})`, async (t) => {
      const { own, other, third, put, remove, show, addKey, create } = await open(t);
      // The database does it whatever becomes of who has asked.
      const deletion = await holdDeletion(t, database);
      const removed = remove(other);
      await Promise.race([deletion.waits(), removed.then(unexpected)]);
      own.kill(signal);
      await deletion.release();
      t.strictSame(await query(database, 'SELECT 1 FROM accounts'), []);
      if (signal === 'SIGKILL') t.match(await removed, { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
      t.equal((await put(third)).status, 201);
      t.equal((await create(third, 'Второй', await addKey(third))).status, 200);
      own.kill('SIGCONT');
      await removed;
      t.equal((await show(third)).status, 200);
    });
  }

  t.test('a deletion whose answer the database did not give is unknown, not to be sent again', async (t) => {
    const { own, other, remove, show } = await open(t);
    const deletion = await holdDeletion(t, database);
    const removed = remove(own);
    await Promise.race([deletion.waits(), removed.then(unexpected)]);
    own.database.set('cut');
    await deletion.release();
    t.match(await removed, { status: 504, body: { code: 'OUTCOME_UNKNOWN', detail: /look with GET/ } });
    t.equal((await show(other)).status, 404);
  });

  t.test('what waits in an account that is opened anew is sent to its owner again', async (t) => {
    const { sandbox, own, other, put, create, namesOf } = await open(t, {
      second: 1000,
      env: { ...env, AMO_RATE_LIMIT: '1' },
    });
    const before = sandbox.requests.length;
    const sent = Array.from({ length: 14 }, (_, index) =>
      create(other, `Имя ${index}`, undefined, index % 2 === 0 ? { 'idempotency-key': `key-${index}` } : {}),
    );
    while (sandbox.requests.length < before + 2) await new Promise(setImmediate);
    t.match(await put(own, { rate_limit: 7 }), { status: 200 });
    for (const answer of await Promise.all(sent)) t.match(answer, { status: 200 }, JSON.stringify(answer.body));
    t.equal(namesOf('Имя'), 14);
    const passed = () => other.lines.filter(({ msg, route }) => msg === 'request' && /create_contact/.test(route));
    while (passed().length < 14) await new Promise(setImmediate);
    for (const { account } of passed()) t.equal(account, 'studio', 'in the log of who has passed it on too');
  });

  t.test('where the owner does not answer it is done by another once the lease has ended', async (t) => {
    const { own, other, third, put, remove, addKey, create } = await open(t);
    own.kill('SIGSTOP');
    t.equal((await remove(other)).status, 204);
    t.equal((await put(third)).status, 201);
    t.equal((await create(other, 'Второй', await addKey(other))).status, 200);
  });

  t.test('what was asked for before an account took the place of another is not done in that one', async (t) => {
    const { own, other, third, remove, addKey, create } = await open(t);
    const fresh = await startSandbox({ rateLimit: 0, accountRateLimit: 0, banAfter: 0 });
    t.teardown(() => fresh.close());
    const { key: platform } = (await ask('POST', `${own.address}/keys`, adminKey, { caller: 'platform' })).body;
    const send = (to: { address: string }, name: string) => create(to, name, platform, { 'amocrm-account': 'studio' });
    for (const replica of [other, third]) t.equal((await create(replica, 'Известен')).status, 200);
    t.equal((await send(other, 'Известен')).status, 200);
    own.kill('SIGSTOP');
    other.database.set('cut');
    // It knows the owner, and waits for it.
    const waiting = [create(other, 'Ждёт'), send(other, 'Ждёт')];
    t.equal((await remove(third)).status, 204);
    const account = { base_url: fresh.url, access: { access_token: fresh.token } };
    t.equal((await ask('PUT', `${third.address}/accounts/studio`, adminKey, account)).status, 201);
    t.match(await create(third, 'Старый ключ'), { status: 401 });
    t.match(await create(third, 'Новый ключ', await addKey(third)), { status: 200 });
    other.database.set('pass');
    const [bound, unbound] = await Promise.all(waiting);
    t.match(bound, { status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } });
    t.match(unbound, { status: 503, body: { code: 'OVERLOADED', detail: /another was added under its id/ } });
    t.not((await create(other, 'Старый ключ')).status, 200);
    t.equal((await send(other, 'Позже')).status, 200);
    own.kill('SIGCONT');
    const names = [...fresh.store.contacts.values()].map(({ name }) => name);
    t.strictSame(names.filter((name) => /^(Ждёт|Старый|Новый|Позже)/.test(name)).sort(), ['Новый ключ', 'Позже']);
  });
}

import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { openReplicas, untilFound } from '../fixtures/replicas.ts';

const url = await createDatabase(t);
const adminKey = 'admin-key-0123456789';
const env = {
  AMO_BASE_URL: '',
  AMO_ACCESS_TOKEN: '',
  ADMIN_KEYS: `ops=${adminKey}`,
  AMO_HOSTS: '127.0.0.1',
  CALLBACK_HOSTS: '127.0.0.1',
};

async function ask(method: string, address: string, key: string, body?: object, own: Record<string, string> = {}) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...own };
  const answer = await fetch(address, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('every replica tells which of them has an account', async (t) => {
    const { sandbox, replicas, sides, next } = await openReplicas(t, url, { env });
    const access = { access_token: sandbox.token };
    const [first = { address: '' }] = replicas;
    const put = await ask('PUT', `${first.address}/accounts/studio`, adminKey, { base_url: sandbox.url, access });
    t.match(put, { status: 201, body: { owner: null } }, 'nobody has needed it yet');
    const made = await ask('POST', `${first.address}/keys`, adminKey, { caller: 'bot', accounts: ['studio'] });
    const create = (address: string, name: string) =>
      ask('POST', `${address}/steps/amocrm_create_contact`, made.body.key, { params: { name } });
    t.match(await create(first.address, 'Анна'), { status: 200 });
    const { own, others } = await sides();
    for (const { address } of replicas) {
      const shown = await ask('GET', `${address}/accounts/studio`, adminKey);
      t.equal(`${shown.body.owner}/`, new URL(own.door.url).href);
      t.strictSame((await ask('GET', `${address}/accounts`, adminKey)).body, { accounts: [shown.body] });
    }
    own.kill('SIGKILL');
    const [other = own] = others;
    t.match(await create(other.address, 'Борис'), { status: 200 });
    const after = await next(own);
    const shown = await ask('GET', `${other.address}/accounts/studio`, adminKey);
    t.equal(`${shown.body.owner}/`, new URL(after.door.url).href);
  });

  t.test('a replica that has lost the database asks the owner it knows', async (t) => {
    const { sandbox, replicas, sides } = await openReplicas(t, url, { env });
    const [first = { address: '' }] = replicas;
    const access = { access_token: sandbox.token };
    await ask('PUT', `${first.address}/accounts/garage`, adminKey, { base_url: sandbox.url, access });
    const made = await ask('POST', `${first.address}/keys`, adminKey, { caller: 'bot', accounts: ['garage'] });
    const create = (address: string, name: string) =>
      ask('POST', `${address}/steps/amocrm_create_contact`, made.body.key, { params: { name } });
    t.match(await create(first.address, 'Анна'), { status: 200 });
    const { own, others } = await sides();
    const [other = own] = others;
    t.match(await create(other.address, 'Борис'), { status: 200 });
    other.database.set('cut');
    t.match(await create(other.address, 'Вера'), { status: 200 });
  });

  t.test('of three replicas one tells the receiver of a job, once', async (t) => {
    const receiver = await startReceiver(t);
    const { sandbox, replicas, countOf } = await openReplicas(t, url, { env });
    const [first = { address: '' }] = replicas;
    const access = { access_token: sandbox.token };
    await ask('PUT', `${first.address}/accounts/studio`, adminKey, { base_url: sandbox.url, access });
    const made = await ask('POST', `${first.address}/keys`, adminKey, { caller: 'bot', accounts: ['studio'] });
    await ask('PUT', `${first.address}/callers/bot/callback`, adminKey, { url: receiver.url });
    const names = Array.from({ length: 12 }, (_, index) => `Имя ${index}`);
    const jobs = await Promise.all(
      names.map((name, index) => {
        const to = `${replicas[index % 3]?.address}/steps/amocrm_create_contact`;
        return ask('POST', to, made.body.key, { params: { name } }, { prefer: 'respond-async' });
      }),
    );
    for (const { status } of jobs) t.equal(status, 202);
    await receiver.until(names.length);
    for (const { body } of jobs) {
      const told = await untilFound(async () => {
        const { callback } = (await ask('GET', `${first.address}/jobs/${body.id}`, made.body.key)).body;
        return callback.status === 'pending' ? undefined : callback;
      });
      t.match(told, { status: 'delivered', attempts: 1 });
    }
    // Whatever was under way has come to its end then.
    for (const replica of replicas) replica.kill('SIGTERM');
    for (const { exit } of replicas) t.strictSame(await exit, [0, null]);
    t.strictSame(
      receiver.received.map(({ headers }) => headers['webhook-id']).toSorted(),
      jobs.map(({ body }) => body.id).toSorted(),
    );
    for (const name of names) t.equal(countOf(name), 1, name);
  });
}

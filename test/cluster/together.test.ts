import t from 'tap';
import { createSignature, digestOfBody } from '../../src/cluster/signature.ts';
import { digestOfHeaders } from '../../src/http/passed.ts';
import { metricsOf } from '../fixtures/metrics.ts';
import { ask, createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { openReplicas } from '../fixtures/replicas.ts';

const url = await createDatabase(t);
const readJson = (text: string): ReturnType<typeof JSON.parse> => JSON.parse(text);
const key = 'a-key-of-the-caller';
const env = { API_KEYS: `bot=${key}`, ALLOWED_HOSTS: 'steps.example' };

const authorization = `Bearer ${key}`;
const post = async (address = '', path = '', body: unknown = {}, headers: Record<string, string> = {}) => {
  const answer = await fetch(address + path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: readJson(await answer.text()) };
};
const get = async (address = '', path = '', headers: Record<string, string> = { authorization }) => {
  const answer = await fetch(address + path, { headers });
  return { status: answer.status, body: await answer.json() };
};

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('each replica takes every request, and what it is asked is done once', async (t) => {
    const { sandbox, replicas, sides, countOf } = await openReplicas(t, url, { env });
    const { others } = await sides();
    const [other = replicas[0]] = others;

    await t.test('a key on one is replayed by the others', async (t) => {
      for (const [index, { address }] of replicas.entries()) {
        const keyed = { 'idempotency-key': 'k1' };
        const same = await post(address, '/steps/amocrm_create_contact', { params: { name: 'Анна' } }, keyed);
        t.match(same, { status: 200 });
        t.equal(same.headers.get('idempotency-replayed'), index === 0 ? null : 'true');
        const another = await post(address, '/steps/amocrm_create_contact', { params: { name: 'Борис' } }, keyed);
        t.match(another, { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
      }
      t.equal(countOf('Анна'), 1);
    });

    await t.test('a key in work on one is in work on the others', async (t) => {
      sandbox.faults.add({ method: 'POST', times: 1, action: { kind: 'delay' } });
      const keyed = { 'idempotency-key': 'k2' };
      const body = { params: { name: 'Вера' } };
      const sent = post(replicas[0]?.address, '/steps/amocrm_create_contact', body, keyed);
      while (sandbox.waiting.size === 0) await new Promise((resolve) => setImmediate(resolve));
      for (const { address } of replicas) {
        const meanwhile = await post(address, '/steps/amocrm_create_contact', body, keyed);
        t.match(meanwhile, { status: 409, body: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
      }
      sandbox.waiting.release();
      t.match(await sent, { status: 200 });
    });

    await t.test('of one person that is looked for over all there is one contact', async (t) => {
      const params = { name: 'Галина', phone: '+7 900 555-44-33' };
      const asked = Array.from({ length: 45 }, (_, index) =>
        post(replicas[index % 3]?.address, '/steps/amocrm_find_or_create_contact', { params }),
      );
      const ids = new Set(
        (await Promise.all(asked)).map(({ status, body }) => `${status} ${body.result?.contact?.id}`),
      );
      t.equal(ids.size, 1, [...ids].join());
      t.equal(countOf('Галина'), 1);
    });

    await t.test(
      'health, doctor, scenarios, jobs, flat answers and agents, each by one that has not the account',
      async (t) => {
        const { address } = other ?? { address: '' };
        t.match(await get(address, '/health'), { status: 200, body: { account: { id: Number } } });
        t.match(await get(address, '/health', {}), { status: 200, body: { status: 'ok', account: undefined } });
        t.match(await get(address, '/health/ready', {}), { status: 200, body: { status: 'ok' } });
        t.match(await get(address, '/doctor'), { status: 200, body: { checks: [{ id: 'account', status: 'ok' }] } });
        const scenario = { steps: [{ type: 'amocrm_create_contact', params: { name: 'Дарья' } }] };
        t.match(await post(address, '/scenarios/run', scenario), { status: 200, body: { success: true } });
        const later = { prefer: 'respond-async' };
        const job = await post(address, '/steps/amocrm_create_contact', { params: { name: 'Егор' } }, later);
        t.match(job, { status: 202, body: { status: 'queued' } });
        const location = String(job.headers.get('location'));
        const done = { authorization, prefer: 'wait=20' };
        for (const { address } of replicas) {
          t.match(await get(address, location, done), { status: 200, body: { status: 'succeeded' } });
        }
        const form = await fetch(`${address}/steps/amocrm_create_contact?answer=flat`, {
          method: 'POST',
          headers: { authorization },
          body: new URLSearchParams({ name: 'Жанна' }),
        });
        t.match(await form.json(), { ok: true });
        const call = { name: 'amocrm_create_contact', arguments: { name: 'Зоя' } };
        const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call };
        const told = await post(address, '/mcp', message, { accept: 'application/json, text/event-stream' });
        t.match(told, { status: 200, body: { result: { isError: false } } }, JSON.stringify(told.body));
        for (const name of ['Дарья', 'Егор', 'Жанна', 'Зоя']) t.equal(countOf(name), 1, name);
      },
    );

    await t.test('each tells how it does, and what became of what it passed on', async (t) => {
      const told = await Promise.all(replicas.map((replica) => metricsOf(replica, { authorization })));
      const each = (name: string) => told.map(({ sum }) => sum(name));
      t.strictSame(each('replica_ready'), [1, 1, 1]);
      t.strictSame(each('replicas_live'), [3, 3, 3]);
      t.strictSame(each('accounts_unowned'), [0, 0, 0]);
      t.strictSame(each('accounts_open').toSorted(), [0, 0, 1]);
      for (const [index, { sum, by }] of told.entries()) {
        const isOwner = sum('accounts_open') === 1;
        const { answered = 0, ...failed } = by('passes_total', 'result');
        // On a busy machine a lease may end, and the account with it go elsewhere: the owner may have passed some on as well.
        t.ok(isOwner || answered > 0, `replica ${index} passed ${answered} on`);
        const statements = sum('database_statement_duration_seconds_count');
        const unanswered = sum('database_unanswered_total');
        t.ok(statements > 0);
        // A database that shares a busy machine may once answer too late, and what needed it fails or is passed on again.
        t.ok(unanswered * 10 < statements, `${unanswered} of ${statements} were not answered in time`);
        if (unanswered === 0) t.strictSame(failed, {});
      }
    });

    await t.test('nobody but a replica gets in by their entrance', async (t) => {
      const { own: owner } = await sides();
      const { address, url: reached } = owner;
      const [{ id: to } = { id: '' }] = await ask(url, 'SELECT id FROM replicas WHERE url = $1', [reached]);
      const path = '/steps/amocrm_create_contact';
      // With what fetch adds by itself.
      const added = { accept: '*/*', 'accept-language': '*' };
      const own = { authorization, 'content-type': 'application/json', prefer: 'return=minimal', ...added };
      const body = JSON.stringify({ params: { name: 'Иван' } });
      const vouched = { method: 'POST', url: path, host: 'localhost', account: 'default', caller: 'bot' } as const;
      const digests = { headers: digestOfHeaders(own), digest: digestOfBody(Buffer.from(body)) };
      const request = { ...vouched, to: String(to), scope: 'all', ...digests } as const;
      const word = (secret: number, wall = Date.now(), part: object = {}) =>
        createSignature([Buffer.alloc(32, secret)], () => wall).sign({ ...request, ...part });
      const enter = async (vouch: string | undefined, to = path, sent = body, more: Record<string, string> = {}) => {
        const headers = { ...own, ...more, ...(vouch === undefined ? {} : { 'amocrm-steps-vouched': vouch }) };
        const answer = await fetch(`${address}/_cluster${to}`, {
          method: 'POST',
          headers,
          body: sent,
        });
        return answer.status;
      };
      t.equal(await enter(undefined), 401, 'a key of a caller opens nothing there');
      t.equal(await enter('a.b'), 401);
      t.equal(await enter(word(8)), 401, 'signed with another key');
      t.equal(await enter(word(7, Date.now() - 31_000)), 401, 'too old');
      t.equal(await enter(word(7, Date.now() + 31_000)), 401, 'of the future');
      t.equal(await enter(word(7, Date.now(), { url: '/steps/amocrm_create_lead' })), 401, 'another address');
      t.equal(await enter(word(7, Date.now(), { method: 'GET' })), 401, 'another method');
      t.ok([401, 421].includes(await enter(word(7), path, body.replace('Иван', 'Олег'))), 'another body');
      t.equal(await enter(word(7, Date.now(), { scope: 'metrics' })), 403, 'no more than the caller may');
      for (const more of [{ 'idempotency-key': 'k' }, { prefer: 'respond-async' }, { 'amocrm-account': 'other' }]) {
        t.equal(await enter(word(7), path, body, more), 401, JSON.stringify(more));
      }
      // After a 421 fetch sends the same once more.
      t.equal(await enter(word(7, Date.now(), { to: 'another' })), 401, 'for another replica');
      t.equal(countOf('Иван') + countOf('Олег'), 0);
      const good = word(7);
      // On a busy machine it may be another's by now.
      const made = (await enter(good)) === 200 ? 1 : 0;
      t.equal(countOf('Иван'), made, 'as a replica does it');
      t.equal(await enter(good), 401, 'the same once more');
      const find = '/steps/amocrm_find_contact';
      const params = JSON.stringify({ params: { phone: '+7 900 555-44-33' } });
      sandbox.faults.add({ method: 'GET', path: /contacts/, times: 1, action: { kind: 'delay' } });
      const parts = { url: find, digest: digestOfBody(Buffer.from(params)), leftMs: 500 };
      // Without a deadline of its own it would call again after ten seconds.
      if (made === 1)
        t.equal(await enter(word(7, Date.now(), parts), find, params), 504, 'its caller’s deadline counts');
      t.equal(sandbox.waiting.size, made);
      sandbox.waiting.release();
      t.equal(countOf('Иван'), made);
      const openapi = await get(address, '/openapi.json');
      t.equal(openapi.status, 200);
      t.notMatch(JSON.stringify(openapi.body), '_cluster');
    });
  });

  t.test('access by OAuth: whoever has begun it hears of its end, whichever is asked', async (t) => {
    const integration = {
      AMO_ACCESS_TOKEN: '',
      AMO_CLIENT_ID: 'id',
      AMO_CLIENT_SECRET: 'secret',
      AMO_REDIRECT_URI: 'https://steps.example/oauth/callback',
    };
    const { replicas } = await openReplicas(t, url, { count: 2, env: { ...env, ...integration } });
    for (const { address } of replicas) {
      const begun = await post(address, '/oauth/start');
      t.match(begun, { status: 200, body: { url: String } });
      const state = new URL(begun.body.url).searchParams.get('state') ?? '';
      const back = (word: string) =>
        get(
          address,
          `/oauth/callback?${new URLSearchParams({ state: word, code: 'x', referer: 'other.amocrm.ru' })}`,
          {},
        );
      const [ticket, account] = state.split('.');
      const unknown = { status: 400, body: { detail: /used before/ } };
      t.match(await back(`${ticket}.${account}.forged`), unknown);
      t.match(await back(state), { status: 400, body: { detail: /another account/i } });
      t.match(await back(state), unknown, 'once');
    }
  });
}

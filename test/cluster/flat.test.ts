import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, openReplicas, picker } from '../fixtures/replicas.ts';

const url = await createDatabase(t);

async function createFlat({ address }: { address: string }, name: string, key?: string) {
  const keyed: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  const headers = { 'content-type': 'application/json', ...keyed };
  const path = '/steps/amocrm_create_contact?answer=flat';
  const answer = await fetch(address + path, { method: 'POST', headers, body: JSON.stringify({ name }) });
  return { status: answer.status, type: answer.headers.get('content-type'), body: JSON.parse(await answer.text()) };
}

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('the owner ends while flat requests wait there: they are done by the next', async (t) => {
    const env = { AMO_BATCH_SIZE: '1', AMO_RATE_LIMIT: '3' };
    const { sandbox, replicas, sides, countOf } = await openReplicas(t, url, { second: 1000, env });
    await create(picker(replicas)(), 'Первый');
    const { own, others } = await sides();
    const pick = picker(others);
    const before = sandbox.requests.length;
    const sent = Array.from({ length: 12 }, async (_, index) => {
      const name = `Имя ${index}`;
      return { name, answer: await createFlat(pick(), name, index % 2 === 0 ? `key-${index}` : undefined) };
    });
    while (sandbox.requests.length < before + 3) await sleep(5);
    own.kill('SIGTERM');
    for (const { name, answer } of await Promise.all(sent)) {
      t.match(answer, { status: 200, body: { ok: true } }, JSON.stringify(answer.body));
      t.equal(countOf(name), 1, name);
    }
  });

  t.test('what its own first sending still works on is waited for; what another works on is told', async (t) => {
    const { sandbox, replicas, sides, countOf } = await openReplicas(t, url);
    await create(picker(replicas)(), 'Первый');
    const { own, others } = await sides();
    const [other = own] = others;
    sandbox.faults.add({ method: 'POST', times: 1, action: { kind: 'after', next: { kind: 'delay' } } });
    const sent = createFlat(other, 'Анна', 'key');
    while (sandbox.waiting.size === 0) await sleep(5);
    const asked = createFlat(other, 'Анна', 'key');
    const inWork = { ok: false, code: 'IDEMPOTENCY_IN_PROGRESS', retryable: true };
    t.match(await asked, { status: 200, type: /^application\/json/, body: inWork });
    own.door.set('cut');
    own.door.set('pass');
    const isRefused = ({ msg, route, status }: Record<string, unknown>) =>
      msg === 'request' && route === '/steps/amocrm_create_contact' && status === 409;
    while (own.lines.filter(isRefused).length < 2) {
      if ((await Promise.race([sent, sleep(20)])) !== undefined) break;
    }
    sandbox.waiting.release();
    t.match(await sent, { status: 200, body: { ok: true } });
    t.equal(countOf('Анна'), 1);
  });
}

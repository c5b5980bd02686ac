import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, openReplicas, picker } from '../fixtures/replicas.ts';

const url = await createDatabase(t);

/** What came of an agent's call; undefined where nobody took the connection. */
async function call(address: string, name: string) {
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'amocrm_create_contact', arguments: { name } },
  };
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const answer = await fetch(`${address}/mcp`, { method: 'POST', headers, body: JSON.stringify(message) });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body: JSON.parse(await answer.text()),
  };
}

/** The same, sent again as an agent does where the database has not answered in time: equal calls have one key. */
async function callAtLast(pick: () => string, name: string) {
  for (;;) {
    const answer = await call(pick(), name);
    if (answer.body.result?.structuredContent?.detail !== 'The journal cannot be written') return answer;
  }
}

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('the owner ends under calls of agents: each is done once, by the next owner where it waited', async (t) => {
    const { sandbox, replicas, sides, next, countOf } = await openReplicas(t, url, {
      second: 1000,
      env: { AMO_BATCH_SIZE: '1' },
    });
    await create(picker(replicas)(), 'Первый');
    const { own } = await sides();
    const before = sandbox.requests.length;
    const sent = Array.from({ length: 21 }, async (_, index) => {
      const name = `Имя ${index}`;
      let turn = index;
      return { name, answer: await callAtLast(() => replicas[turn++ % 3]?.address ?? '', name) };
    });
    while (sandbox.requests.length < before + 5) await sleep(5);
    own.kill('SIGTERM');
    while (!own.lines.some(({ msg }) => msg === 'closing')) {
      const { status } = await fetch(`${own.address}/health/ready`);
      if (status === 503) break;
    }
    const late = Array.from({ length: 3 }, async (_, index) => {
      const name = `Потом ${index}`;
      return { name, answer: await call(own.address, name) };
    });
    for (const { name, answer } of await Promise.all([...sent, ...late])) {
      t.match(answer, { status: 200, body: { result: { isError: false } } }, JSON.stringify(answer));
      t.equal(countOf(name), 1, name);
    }
    t.strictSame(await own.exit, [0, null]);
    t.not(await next(own), own);
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, createAtLast, openReplicas, picker } from '../fixtures/replicas.ts';
import { endTheOwner, stopTheOwner } from '../fixtures/takeovers.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('the owner ends in order under load: only 200s, each done once, at most 7 calls in any second', async (t) => {
    const { made, exit, most } = await endTheOwner(t, url);
    for (const { answer, there } of made) {
      t.equal(answer.status, 200, JSON.stringify(answer.body));
      t.equal(there, 1);
    }
    t.strictSame(exit, [0, null]);
    t.ok(most <= 7, `${most}`);
  });

  t.test('the owner is killed under load: nothing is lost or done twice', async (t) => {
    const { sandbox, replicas, sides, next, countOf } = await openReplicas(t, url, {
      env: { AMO_BATCH_SIZE: '8', AMO_TIMEOUT_MS: '2000' },
    });
    await create(picker(replicas)(), 'Первый');
    const { own, others } = await sides();
    // Two calls are on the wire at its death: one done, the other not.
    sandbox.faults.add({ method: 'POST', times: 1, action: { kind: 'delay' } });
    sandbox.faults.add({ method: 'POST', times: 1, action: { kind: 'after', next: { kind: 'delay' } } });
    const pick = picker(others);
    const keyed = Array.from({ length: 60 }, async (_, index) => {
      const name = `Имя ${index}`;
      return { name, answer: await createAtLast(pick, name, `key-${index}`) };
    });
    const unkeyed = Array.from({ length: 20 }, async (_, index) => {
      const name = `Раз ${index}`;
      return { name, answer: await create(pick(), name) };
    });
    while (sandbox.waiting.size < 2) await sleep(5);
    own.kill('SIGKILL');
    for (const { name } of await Promise.all(keyed)) t.equal(countOf(name), 1, name);
    for (const { name, answer } of await Promise.all(unkeyed)) {
      if (answer.status === 200) t.equal(countOf(name), 1, name);
      else t.match({ ...answer, most: countOf(name) <= 1 }, { body: { code: 'OUTCOME_UNKNOWN' }, most: true });
    }
    t.ok(others.includes(await next(own)));
    t.match(await create(pick(), 'Имя 0', 'key-0'), { status: 200, replayed: 'true' });
  });

  t.test('the owner is killed: what only reads is asked of the next, by whatever route', async (t) => {
    const { sandbox, replicas, sides } = await openReplicas(t, url);
    await create(picker(replicas)(), 'Первый');
    const { own, others } = await sides();
    const pick = picker(others);
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const answer = await fetch(pick().address + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: JSON.parse(await answer.text()) };
    };
    const [find, make] = ['amocrm_find_contact', 'amocrm_create_contact'];
    const [change, name] = ['amocrm_update_contact', { name: 'Анна' }];
    // Equal reads at once would share a call.
    let number = 100;
    const who = () => ({ phone: `+7 900 111-2${number++}` });
    const run = (...steps: object[]) => post('/scenarios/run', { steps: [{ type: find, params: who() }, ...steps] });
    const call = (tool: string, args: object) =>
      post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } });
    sandbox.faults.add({ times: 5, action: { kind: 'delay' } });
    const changed = { contact_id: 12345, update_data: name, dry_run: 'true' };
    const reads = [run({ type: 'end' }), call(find, who()), call(change, changed)];
    const writes = [run({ type: make, params: name }), call(make, name)];
    while (sandbox.waiting.size < 5) await sleep(5);
    own.kill('SIGKILL');
    const [scenario, found, dry] = await Promise.all(reads);
    t.match(scenario, { status: 200, body: { success: true } }, JSON.stringify(scenario));
    t.match(found, { status: 200, body: { result: { isError: false } } }, JSON.stringify(found));
    t.match(dry, { status: 200, body: { result: { isError: false } } }, JSON.stringify(dry));
    for (const answer of await Promise.all(writes)) t.match(answer, { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
  });

  t.test('the owner stands still and comes back: its late writes are refused', async (t) => {
    const { read, byNext, late, replicas, there, calls } = await stopTheOwner(t, url);
    t.match(read, { status: 200 }, 'what was passed on is asked of the next owner');
    t.match(byNext, { status: 200 });
    t.match(late, { status: 200, replayed: 'true' }, 'what waited there is passed on, and finds the answer untouched');
    for (const replica of replicas) {
      t.match(await create(replica, 'Анна', 'key'), { status: 200, replayed: 'true' });
    }
    t.equal(there(), 1);
    t.equal(calls(), 0);
  });
}

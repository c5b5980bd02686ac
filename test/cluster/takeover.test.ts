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

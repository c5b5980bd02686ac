import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, openReplicas, picker } from '../fixtures/replicas.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('an owner that loses its account and takes it again does what has waited there meanwhile', async (t) => {
    const env = { AMO_BATCH_SIZE: '1', AMO_RATE_LIMIT: '2' };
    const { sandbox, replicas, sides, countOf } = await openReplicas(t, url, { count: 1, second: 1000, env });
    await create(picker(replicas)(), 'Первый');
    const { own } = await sides();
    let isBack = false;
    const made = Array.from({ length: 12 }, async (_, index) => {
      const [name, key] = [`Имя ${index}`, index % 2 === 0 ? `key-${index}` : undefined];
      const answer = await create(own, name, key);
      return { name, key, answer, hasWaited: isBack };
    });
    while (sandbox.requests.length < 4) await sleep(5);
    own.database.set('cut');
    while ((await fetch(`${own.address}/health/ready`)).status !== 503) await sleep(20);
    own.database.set('pass');
    isBack = true;
    const all = await Promise.all(made);
    for (const { name, key, answer } of all) {
      if (answer.status === 200) {
        t.match(answer.body, { success: true, result: { contact: { name } } });
        t.equal(countOf(name), 1, name);
      } else t.match(answer.body.code, key === undefined ? 'OUTCOME_UNKNOWN' : 'OVERLOADED');
    }
    t.ok(
      all.some(({ answer, hasWaited }) => answer.status === 200 && hasWaited),
      'what has waited was done',
    );
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, openReplicas } from '../fixtures/replicas.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('the last replica answers all who wait before it ends', async (t) => {
    const env = { AMO_BATCH_SIZE: '1', AMO_RATE_LIMIT: '2' };
    const { sandbox, replicas, countOf } = await openReplicas(t, url, { count: 1, second: 400, env });
    const [own] = replicas;
    if (own === undefined) throw new Error('no replica');
    const made = Array.from({ length: 20 }, (_, index) => create(own, `Имя ${index}`));
    while (sandbox.requests.filter(({ method }) => method === 'POST').length < 3) await sleep(5);
    own.kill('SIGTERM');
    for (const [index, { status, body }] of (await Promise.all(made)).entries()) {
      t.ok(status === 200 || (status === 503 && body.code === 'SHUTTING_DOWN'), `${status} ${body.code}`);
      t.equal(countOf(`Имя ${index}`), status === 200 ? 1 : 0);
    }
    t.strictSame(await own.exit, [0, null]);
  });
}

import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, openReplicas } from '../fixtures/replicas.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('a replica with another SECRET_KEY turns no caller away as unknown', async (t) => {
    const { replicas, start, countOf } = await openReplicas(t, url, { count: 1 });
    const [own] = replicas;
    if (own === undefined) throw new Error('no replica');
    t.equal((await create(own, 'Первый')).status, 200);
    const other = await start({ SECRET_KEY: Buffer.alloc(32, 8).toString('base64') });
    t.match(await create(other, 'Второй'), {
      status: 503,
      body: { code: 'OVERLOADED', retryable: true, detail: /SECRET_KEY/ },
    });
    t.equal(countOf('Второй'), 0);
  });
}

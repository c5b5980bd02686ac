import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, openReplicas } from '../fixtures/replicas.ts';

const url = await createDatabase(t);
const [old, fresh] = [7, 8].map((byte) => Buffer.alloc(32, byte).toString('base64'));

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test(
    'a replica with another SECRET_KEY does not start; one whose new key nobody knows turns no caller away',
    async (t) => {
      const { replicas, start, countOf } = await openReplicas(t, url, { count: 1, isReal: true });
      const [own] = replicas;
      if (own === undefined) throw new Error('no replica');
      t.equal((await create(own, 'Первый')).status, 200);
      const stranger = await start({ SECRET_KEY: `${fresh}` });
      t.strictSame(await stranger.exit, [1, null]);
      t.strictSame(stranger.lines, []);
      const early = await start({ SECRET_KEY: `${fresh},${old}` });
      t.match(await create(early, 'Второй'), {
        status: 503,
        body: { code: 'OVERLOADED', retryable: true, detail: /SECRET_KEY/ },
      });
      t.equal(countOf('Второй'), 0);
    },
  );
}

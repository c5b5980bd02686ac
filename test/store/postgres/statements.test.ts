import { Client } from 'pg';
import t from 'tap';
import { createDatabase, noPostgres } from '../../fixtures/postgres.ts';
import { startService } from '../../fixtures/service.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  const env = { DATABASE_URL: url, SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
  /** What a request with a key asks; the worker of jobs and the lease ask by the clock. */
  const ofRequest = /FROM unnest|INSERT INTO (keys|claims|doubts)|key = \$3/;

  t.test('requests with a key share their statements, whoever sends them', async (t) => {
    const { step } = await startService(t, { env });
    const create = (serial: number) =>
      step('amocrm_create_contact', { name: `${serial}` }, {}, { 'idempotency-key': `k${serial}` });
    const { query } = Client.prototype;
    const asked = t.capture(Client.prototype, 'query', query);
    const statements = () => asked().filter(({ args }) => ofRequest.test(JSON.stringify(args[0]))).length;

    t.match(await create(0), { status: 200 });
    const alone = statements();
    t.ok(alone >= 5 && alone <= 6, 'two reads; before the call, after it, the claim, the answer');

    const crowd = 200;
    const answers = await Promise.all(Array.from({ length: crowd }, (_, index) => create(index + 1)));
    t.ok(answers.every(({ status }) => status === 200));
    const together = statements();
    t.ok(together >= 5 && together < crowd / 2, `${together} statements for ${crowd} requests`);
  });
}

import t from 'tap';
import { metricsOf } from '../fixtures/metrics.ts';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, createAtLast, openReplicas, picker } from '../fixtures/replicas.ts';
import { cutTheOwner } from '../fixtures/takeovers.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  for (const line of ['cut', 'hole'] as const) {
    t.test(`the owner alone has no database (${line}): it stops in time and another goes on`, async (t) => {
      const { unkeyed, keyed, readiness, metrics, most } = await cutTheOwner(t, url, line);
      t.equal(readiness, 503);
      t.match(metrics.text, /^amocrm_steps_replica_ready 0$/m);
      t.notMatch(metrics.text, /^amocrm_steps_replicas_live /m, 'it sees nobody');
      t.strictSame([metrics.sum('leases_lost_total'), metrics.sum('accounts_open')], [1, 0]);
      t.ok(metrics.sum('database_unanswered_total') > 0);
      for (const { answer, there } of unkeyed) {
        if (answer.status === 200) t.equal(there, 1);
        else t.match({ ...answer, most: there <= 1 }, { body: { code: 'OUTCOME_UNKNOWN' }, most: true });
      }
      for (const { answer, there } of keyed) {
        t.match(answer, { status: 200, replayed: 'true' });
        t.equal(there, 1);
      }
      t.ok(most <= 7, `${most}`);
    });
  }

  t.test('a slow database slows keyed requests down, and no owner is lost', async (t) => {
    const { replicas, sides, countOf } = await openReplicas(t, url);
    await create(replicas[0] ?? { address: '' }, 'Первый');
    const { own } = await sides();
    for (const { database } of replicas) database.set('slow');
    const pick = picker(replicas);
    const names = Array.from({ length: 30 }, (_, index) => `Имя ${index}`);
    await Promise.all(names.map((name) => createAtLast(pick, name, name.replace('Имя ', 'key-'))));
    for (const name of names) t.equal(countOf(name), 1);
    t.equal((await sides()).own, own);
    t.notOk(own.lines.some(({ msg }) => msg === 'lease'));
  });

  t.test(
    'replicas that are cut from each other: what the other has is refused, what is one’s own goes on',
    async (t) => {
      const { replicas, sides, countOf } = await openReplicas(t, url, { env: { STEP_DEADLINE_MS: '1000' } });
      await create(replicas[0] ?? { address: '' }, 'Первый');
      const { own, others } = await sides();
      for (const line of ['cut', 'hole'] as const) {
        own.door.set(line);
        const key = `key-${line}`;
        const refused = others.map((other) => create(other, line, key));
        for (const answer of await Promise.all(refused)) {
          t.match(answer, { status: 503, body: { code: 'OVERLOADED', retryable: true } }, line);
        }
        t.match(await create(own, line, key), { status: 200, replayed: null });
        own.door.set('pass');
        t.match(await createAtLast(picker(others), line, key), { replayed: 'true' });
        t.equal(countOf(line), 1);
      }
      for (const other of others) {
        const passes = (await metricsOf(other)).by('passes_total', 'result');
        t.match(passes, { refused: 2, unknown: undefined });
      }
      own.door.set('hole');
      const unkeyed = await Promise.all(others.map((other) => create(other, 'Раз')));
      for (const answer of unkeyed) t.match(answer, { status: 503, body: { code: 'OVERLOADED' } }, 'it was not taken');
      own.door.set('pass');
      t.match(await create(own, 'Два'), { status: 200 });
      t.equal(countOf('Раз'), 0);
    },
  );
}

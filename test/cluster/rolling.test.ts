import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, mostWithin, openReplicas, picker, type RunningReplica } from '../fixtures/replicas.ts';

const url = await createDatabase(t);
const callers = 12;

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('all replicas are renewed one after another under load: only 200s, each done once', async (t) => {
    const { sandbox, replicas, start, sides, countOf } = await openReplicas(t, url, { second: 1000 });
    const balanced = new Set<RunningReplica>(replicas);
    const pick = picker(balanced);
    const answers: { name: string; status: number; body: unknown }[] = [];
    let [begun, isOver] = [0, false];
    const calls = Array.from({ length: callers }, async () => {
      while (!isOver) {
        begun += 1;
        const [name, key] = [`Имя ${begun}`, begun % 2 === 0 ? `key-${begun}` : undefined];
        const { status, body } = await create(pick(), name, key);
        answers.push({ name, status, body });
      }
    });
    const ends: unknown[] = [];
    // The owner is the first, so that its account moves more than once.
    const { own, others } = await sides();
    for (const old of [own, ...others]) {
      balanced.add(await start());
      balanced.delete(old);
      // As a balancer looks once more: what it has sent before has arrived by then.
      await fetch(`${old.address}/health/live`);
      old.kill('SIGTERM');
      ends.push(await old.exit);
    }
    isOver = true;
    await Promise.all(calls);
    t.strictSame(ends, [
      [0, null],
      [0, null],
      [0, null],
    ]);
    t.strictSame(
      answers.filter(({ status }) => status !== 200),
      [],
    );
    t.strictSame(
      answers.filter(({ name }) => countOf(name) !== 1),
      [],
    );
    t.ok(answers.length > callers, 'there was load');
    const most = mostWithin(
      1000,
      sandbox.requests.map(({ at }) => at),
    );
    t.ok(most <= 7, `${most}`);
  });
}

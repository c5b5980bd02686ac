import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, createAtLast, mostWithin, openReplicas, picker } from '../fixtures/replicas.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('1,000 creates over three replicas: each once, and at most 7 calls in any second', async (t) => {
    const { sandbox, replicas } = await openReplicas(t, url, { isReal: true });
    const pick = picker(replicas);
    const made = Array.from({ length: 1000 }, async (_, index) => {
      const name = `Имя ${index}`;
      // A burst may keep the database waiting: under a key that is told, and nothing is done.
      const answer = await (index % 2 === 0 ? create(pick(), name) : createAtLast(pick, name, `key-${index}`));
      return { name, status: answer.status, code: answer.body.code, id: answer.body.result?.contact_id };
    });
    const held = new Map<string, number[]>();
    const answers = await Promise.all(made);
    for (const { id, name } of sandbox.store.contacts.values()) held.set(name, [...(held.get(name) ?? []), id]);
    t.strictSame(new Set(answers.map(({ status, code = '' }) => `${status} ${code}`)), new Set(['200 ']));
    const wrong = answers.filter(({ name, id }) => String(held.get(name)) !== String(id));
    t.strictSame(wrong, [], 'each is there once, as its caller was told');
    const moments = sandbox.requests.map(({ at }) => at);
    const most = mostWithin(1000, moments);
    t.ok(most <= 7, `${most}`);
    t.comment(`${moments.length} calls`);
  });
}

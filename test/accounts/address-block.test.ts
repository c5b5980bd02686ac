import t from 'tap';
import { startMany } from '../fixtures/many-accounts.ts';
import { isProblem } from '../fixtures/problem.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const create = (name: string) => ['POST', '/steps/amocrm_create_contact', { params: { name } }] as const;
const ids = ['a', 'b', 'c', 'free'];

t.test('when three accounts are blocked at once nothing goes to any of them but a probe', async (t) => {
  // 30 s are 1.5 s here.
  const clock = createUnhurriedClock(50);
  const sandboxes = Object.fromEntries(ids.map((id) => [id, {}]));
  const many = await startMany(t, { clock, sandboxes });
  const callers = new Map<string, Awaited<ReturnType<typeof many.caller>>>();
  for (const id of ids) {
    await many.put(id);
    callers.set(id, await many.caller(id, [id]));
  }
  const send = (id: string) => {
    const caller = callers.get(id);
    if (caller === undefined) throw new Error(id);
    return caller.call(...create('Анна'));
  };
  const arrived = () => ids.map((id) => many.sandbox(id).requests.length);
  t.equal((await send('free')).status, 200);
  for (const id of ['a', 'b', 'c']) {
    many.sandbox(id).faults.add({ action: { kind: 'ban' } });
    isProblem(t, await send(id), 'AMOCRM_UNAVAILABLE');
  }
  const before = arrived();
  for (const id of ids) isProblem(t, await send(id), 'AMOCRM_UNAVAILABLE', { what: id });
  t.strictSame(arrived(), before, 'nothing has left the process');
  t.match((await many.admin('GET', '/accounts/free')).body, { breaker: 'blocked' });
  const lines = many.lines.filter((line) => line.includes('but one probe every 30 s'));
  t.equal(lines.length, 1);
  const sum = (counts: number[]) => counts.reduce((all, one) => all + one, 0);
  while (sum(arrived()) === sum(before)) await new Promise((resolve) => clock.after(10, () => resolve(undefined)));
  t.equal(sum(arrived()) - sum(before), 1, 'one probe of one account');
  t.equal(arrived()[3], before[3], 'of one that is blocked');
  for (const id of ['a', 'b', 'c']) many.sandbox(id).lift();
  const lifted = () => many.lines.some((line) => line.includes('lets this address in again'));
  while (!lifted()) await new Promise((resolve) => clock.after(10, () => resolve(undefined)));
  t.equal((await send('free')).status, 200);
});

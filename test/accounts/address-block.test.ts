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
  many.sandbox('free').faults.add({ action: { kind: 'ban' } });
  const before = arrived();
  for (const id of ids) isProblem(t, await send(id), 'AMOCRM_UNAVAILABLE', { what: id });
  t.strictSame(arrived(), before, 'nothing has left the process');
  t.match((await many.admin('GET', '/accounts/free')).body, { breaker: 'blocked' });
  const lines = many.lines.filter((line) => line.includes('but one probe every 30 s'));
  t.equal(lines.length, 1);
  const sum = (counts: number[]) => counts.reduce((all, one) => all + one, 0);
  while (sum(arrived()) === sum(before)) await new Promise((resolve) => clock.after(10, () => resolve(undefined)));
  t.equal(sum(arrived()) - sum(before), 1, 'one probe of one account');
  t.not(arrived()[3], before[3], 'of one that has not been blocked before: it tells most');
  for (const id of ids) many.sandbox(id).lift();
  const lifted = () => many.lines.some((line) => line.includes('lets this address in again'));
  while (!lifted()) await new Promise((resolve) => clock.after(10, () => resolve(undefined)));
  // It has been found blocked by its own probe, so its next one comes first.
  while ((await send('free')).status !== 200)
    await new Promise((resolve) => clock.after(1_000, () => resolve(undefined)));
});

t.test('three accounts with blocks of their own hold the others up for one probe, and no longer', async (t) => {
  const clock = createUnhurriedClock(50);
  const many = await startMany(t, { clock, sandboxes: Object.fromEntries(ids.map((id) => [id, {}])) });
  const callers = new Map<string, Awaited<ReturnType<typeof many.caller>>>();
  for (const id of ids) {
    await many.put(id);
    callers.set(id, await many.caller(id, [id]));
  }
  const send = async (id: string) => callers.get(id)?.call(...create('Анна'));
  t.match(await send('free'), { status: 200 });
  for (const id of ['a', 'b', 'c']) {
    many.sandbox(id).faults.add({ action: { kind: 'ban' }, times: Number.POSITIVE_INFINITY });
    t.match(await send(id), { status: 503 });
  }
  t.match(await send('free'), { status: 503 });
  const lifted = () => many.lines.some((line) => line.includes('lets this address in again'));
  while (!lifted()) await new Promise((resolve) => clock.after(10, () => resolve(undefined)));
  // Each of the three goes on to be probed by itself, and is refused again.
  const probes = () => ['a', 'b', 'c'].map((id) => many.sandbox(id).requests.length);
  const before = probes();
  while (probes().some((count, at) => count < (before[at] ?? 0) + 3)) {
    t.match(await send('free'), { status: 200 });
    await new Promise((resolve) => clock.after(5_000, () => resolve(undefined)));
  }
  t.equal(many.lines.filter((line) => line.includes('but one probe every 30 s')).length, 1);
});

import t from 'tap';
import { startSmall } from './start-small.ts';

const keys = { ann: 'ann-0123456789abcdef', bob: 'bob-0123456789abcdef', eve: 'eve-0123456789abcdef' };

t.test('large bodies before a slow amoCRM are turned away before the memory is full', async (t) => {
  const API_KEYS = Object.entries(keys).map((entry) => entry.join('='));
  const { address, sandbox, kill, exit } = await startSmall(t, { API_KEYS: API_KEYS.join() });
  sandbox.faults.add({ times: Infinity, action: { kind: 'delay', ms: 60_000 } });
  // Objects take most memory for their size.
  const members = Array.from({ length: 49_000 }, (_, index) => `"a key ${index}":{}`);
  const body = `{"params":{"query":"Мария"},"context":{${members.join()}}}`.padEnd(1_000_000);
  const statuses: number[] = [];
  const full = Promise.withResolvers<void>();
  const send = async (key: string) => {
    const headers = { 'content-type': 'application/json', 'x-api-key': key };
    const answer = await fetch(`${address}/steps/amocrm_search`, { method: 'POST', headers, body });
    statuses.push(answer.status);
    if (statuses.length === 50) full.resolve();
    await answer.arrayBuffer();
  };
  const flood = Object.values(keys).flatMap((key) => Array.from({ length: 25 }, () => send(key)));
  await full.promise;
  t.ok(
    statuses.every((status) => status === 503),
    'beyond the budget all hear so, at once',
  );
  sandbox.faults.clear();
  await sandbox.waiting.release();
  await Promise.all(flood);
  const served = statuses.filter((status) => status === 200).length;
  t.ok(served > 5, `${served} are served once amoCRM answers: more than one caller’s share`);
  kill('SIGTERM');
  t.strictSame(await exit, [0, null], 'and the process has lived through it');
});

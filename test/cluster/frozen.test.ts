import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, openReplicas } from '../fixtures/replicas.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test(
    'what a frozen owner has not taken is done by the next, without a key too; what it has stays open',
    async (t) => {
      const { sandbox, replicas, sides, countOf } = await openReplicas(t, url);
      const [first = { address: '' }] = replicas;
      t.equal((await create(first, 'Первый')).status, 200);
      const { own, others } = await sides();
      const [other = own] = others;
      sandbox.faults.add({ method: 'POST', times: 1, action: { kind: 'after', next: { kind: 'delay' } } });
      const taken = create(other, 'Взятый');
      while (sandbox.waiting.size === 0) await sleep(5);
      own.kill('SIGSTOP');
      const made = await Promise.all(['Второй', 'Третий'].map((name) => create(other, name)));
      for (const { status } of made) t.equal(status, 200);
      own.kill('SIGCONT');
      await sandbox.waiting.release();
      t.match(await taken, { status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
      while ((await fetch(`${own.address}/health/ready`)).status !== 200) await sleep(20);
      for (const name of ['Второй', 'Третий', 'Взятый']) t.equal(countOf(name), 1, name);
    },
  );
}

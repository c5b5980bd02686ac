import t from 'tap';
import { until } from '../fixtures/keyed.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { createDatabase } from '../fixtures/postgres.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const create = (name: string) => ['POST', '/steps/amocrm_create_contact', { params: { name } }] as const;
const url = await createDatabase(t);
const stores = [
  { store: 'SQLite', own: {} },
  // npm has no PostgreSQL for some machines.
  ...(url === undefined ? [] : [{ store: 'PostgreSQL', own: { DATABASE_URL: url } }]),
];

for (const { store, own } of stores) {
  t.test(
    `${store}: jobs of an account that stays disabled are given up in their time, and can be tried again`,
    async (t) => {
      // An hour of the jobs takes 720 ms.
      const many = await startMany(t, { clock: createUnhurriedClock(0.2), env: { JOB_GIVE_UP_HOURS: '1', ...own } });
      await many.put('studio');
      const bot = await many.caller('bot', ['studio']);
      many.sandbox('studio').faults.add({ times: Number.POSITIVE_INFINITY, action: { kind: 'hang' } });
      const { body } = await bot.call(...create('Анна'), { prefer: 'respond-async' });
      await until(() => many.sandbox('studio').requests.length > 0);
      await many.put('studio', { disabled: true });
      many.sandbox('studio').faults.clear();
      for (;;) {
        if ((await many.admin('GET', '/accounts/studio')).body.open_jobs === 0) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      // Told once it is stored.
      await until(() => many.lines.some((line) => line.includes(body.id) && line.includes('"status":"failed"')));
      await many.put('studio');
      t.match((await bot.call('GET', `/jobs/${body.id}`)).body, { status: 'failed', problem: { retryable: true } });
      t.equal((await bot.call('POST', `/jobs/${body.id}/retry`)).status, 200);
    },
  );
}

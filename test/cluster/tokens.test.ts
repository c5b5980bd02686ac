import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { clientEnv } from '../fixtures/oauth.ts';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';
import { create, openReplicas, untilFound } from '../fixtures/replicas.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('a pair of tokens that an owner gets after its lease has ended is there for the next', async (t) => {
    const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0, banAfter: 0 });
    t.teardown(() => sandbox.close());
    const env = { ...clientEnv(sandbox), AMO_ACCESS_TOKEN: '', AMO_AUTH_CODE: sandbox.oauth.authCode() };
    const { replicas, sides, next } = await openReplicas(t, url, { count: 2, env });
    for (const replica of replicas) t.equal((await create(replica, 'Первый')).status, 200);
    const { own } = await sides();
    const exchanges = () => sandbox.requests.filter(({ path }) => path === '/oauth2/access_token');
    sandbox.faults.add({
      path: '/oauth2/access_token',
      times: 1,
      action: { kind: 'after', next: { kind: 'delay' } },
    });
    sandbox.oauth.revokeAccess();
    const lost = create(own, 'Второй', 'second').catch(() => undefined); // Judged by the next one’s answer.
    while (sandbox.waiting.size === 0) await sleep(5);
    own.kill('SIGSTOP');
    const other = await next(own);
    const refused = create(other, 'Третий');
    // The grant works once: amoCRM has taken it already.
    while (exchanges().length < 3) await sleep(5);
    t.match(await refused, { status: 502, body: { code: 'AMOCRM_UNAUTHORIZED' } });
    own.kill('SIGCONT');
    await sandbox.waiting.release();
    const answer = await untilFound(async () => {
      const answer = await create(other, 'Второй', 'second');
      return answer.status === 200 ? answer : undefined;
    });
    t.match(answer.body, { success: true });
    t.equal(exchanges().filter(({ status }) => status === 200).length, 2, 'the code, and one renewal');
    await lost;
  });
}

import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { backUpJournal } from '../../../src/store/sqlite/backup.ts';
import { advanceUntil, createFakeClock } from '../../fixtures/fake-clock.ts';
import { openIntegration } from '../../fixtures/oauth.ts';

const find = ['amocrm_search', { query: 'Иван' }] as const;

t.test('a code becomes tokens at the start, which are stored before they are used', async (t) => {
  const { sandbox, start, stored, exchanges } = await openIntegration(t);
  const service = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  t.match(await service.told('refreshed'), { level: 'info', expires_at: String });
  t.ok(sandbox.oauth.isFresh(stored()?.refresh_token ?? ''));
  t.equal((await service.step(...find)).status, 200);
  t.match(exchanges(), [{ status: 200, body: { grant_type: 'authorization_code' } }]);
});

t.test('a step that comes before the first tokens waits for them', async (t) => {
  const { sandbox, start, exchanges } = await openIntegration(t, { sandbox: { latencyMs: 50 } });
  const { step, health } = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  const answers = await Promise.all([step(...find), step('amocrm_create_lead', { name: 'Сделка' }), health()]);
  t.strictSame(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  t.equal(exchanges().length, 1);
});

t.test('a refresh token does as well, and its file form of the secret', async (t) => {
  const { sandbox, start, exchanges } = await openIntegration(t);
  const { refresh_token } = sandbox.oauth.issue({ accountId: 1, userId: 1, host: 'sandbox' });
  const secrets = t.testdir({ secret: `${sandbox.oauth.clientSecret}\n` });
  const { step } = await start({
    AMO_REFRESH_TOKEN: refresh_token,
    AMO_CLIENT_SECRET: '',
    AMO_CLIENT_SECRET_FILE: join(secrets, 'secret'),
  });
  t.equal((await step(...find)).status, 200);
  t.match(exchanges(), [{ status: 200, body: { grant_type: 'refresh_token' } }]);
});

t.test('a restart goes on with what is stored, whatever spent grant the settings still hold', async (t) => {
  const { sandbox, start, exchanges } = await openIntegration(t);
  const code = sandbox.oauth.authCode();
  const { refresh_token } = sandbox.oauth.issue({ accountId: 1, userId: 1, host: 'sandbox' });
  for (const grant of [
    { AMO_AUTH_CODE: code },
    { AMO_REFRESH_TOKEN: refresh_token },
    { AMO_AUTH_CODE: code },
    { AMO_REFRESH_TOKEN: refresh_token },
    {},
  ]) {
    const { step, close } = await start(grant);
    t.equal((await step(...find)).status, 200, Object.keys(grant).join());
    await close();
  }
  t.strictSame(
    exchanges().map(({ status }) => status),
    [200, 200],
    'each was sent once',
  );
});

t.test('a new code authorizes anew after a revocation', async (t) => {
  const { sandbox, start } = await openIntegration(t);
  const first = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  await first.told('refreshed');
  sandbox.oauth.revokeAll();
  t.match(await first.step(...find), { status: 502, body: { code: 'AMOCRM_UNAUTHORIZED' } });
  await first.close();
  const second = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  await second.told('refreshed');
  t.equal((await second.step(...find)).status, 200);
});

t.test('a new code that amoCRM refuses is logged, and the stored tokens go on', async (t) => {
  const { sandbox, start } = await openIntegration(t);
  const first = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  await first.told('refreshed');
  await first.close();
  const second = await start({ AMO_AUTH_CODE: 'made-up' });
  t.match(await second.told('failed'), {
    level: 'error',
    err: {
      message: /refused the authorization code \(HTTP 400\): authorize.*AMO_AUTH_CODE/,
    },
  });
  t.equal((await second.step(...find)).status, 200);
  t.equal((await second.health()).status, 200);
});

t.test('a new code that meets first an outage and then a refusal leaves the stored tokens alone', async (t) => {
  const clock = createFakeClock();
  const { sandbox, start, exchanges } = await openIntegration(t, { clock });
  const first = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  // An exchange that a broken connection has ended is sent again after a while.
  await advanceUntil(clock, first.told('refreshed'));
  await first.close();
  sandbox.faults.add({ path: '/oauth2', action: { kind: 'status', status: 403, body: {} } });
  const second = await start({ AMO_AUTH_CODE: 'made-up' });
  await advanceUntil(clock, second.told('failed'));
  const from = second.lines.length;
  await clock.advance(5_000);
  t.match(await advanceUntil(clock, second.told('failed', from)), {
    err: { message: /refused the authorization code/ },
  });
  await clock.advance(3_600_000);
  t.equal(exchanges().length, 3, 'and it is not sent again');
});

t.test('tokens of another integration or account are not used: there is no access yet', async (t) => {
  const { sandbox, start, exchanges } = await openIntegration(t);
  const first = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  await first.told('refreshed');
  await first.close();
  for (const other of [{ AMO_CLIENT_ID: 'another' }, { AMO_BASE_URL: 'http://127.0.0.1:1' }]) {
    const { step, told, close } = await start(other);
    await told('missing');
    t.match(await step(...find), { status: 502, body: { code: 'AMOCRM_UNAUTHORIZED', detail: /no access yet/ } });
    await close();
  }
  t.equal((await (await start()).step(...find)).status, 200);
  t.equal(exchanges().length, 1);
});

t.test('the files with tokens are their owner’s alone, copies too', async (t) => {
  const { sandbox, directory, start } = await openIntegration(t);
  const { told } = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode() });
  await told('refreshed');
  await backUpJournal(directory, join(directory, 'journal-copy.db'));
  const files = (await readdir(directory)).filter((name) => name.startsWith('journal'));
  t.ok(files.includes('journal-copy.db') && files.includes('journal.db-wal'), files.join());
  for (const name of files) t.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
});

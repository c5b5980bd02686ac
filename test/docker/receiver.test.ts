import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import t, { type Test } from 'tap';
import { startMany } from '../fixtures/many-accounts.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const file = join(import.meta.dirname, '../../docker/examples/receiver.mjs');
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** The example as a user runs it, with the lines that it prints. */
async function start(t: Test, CALLBACK_SECRET: string) {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, CALLBACK_SECRET, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const url = (await line()).replace('Жду уведомлений на ', '');
  return { url, line, post: async (init: RequestInit) => (await fetch(url, { method: 'POST', ...init })).status };
}

/** A delivery as the service sends it, made by the library of Standard Webhooks. */
function delivery(id: string, ended_at: string, { signedBy = secret, at = new Date(), status = 'succeeded' } = {}) {
  const problem = status === 'failed' ? { code: 'AMOCRM_ERROR' } : null;
  const body = JSON.stringify({ type: `job.${status}`, timestamp: ended_at, data: { id, status, ended_at, problem } });
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(signedBy).sign(id, at, body),
  };
  return { headers, body };
}

t.test('each end of a job is worked on once, however often it arrives', async (t) => {
  const { post, line } = await start(t, secret);
  const first = delivery('a', '2026-12-01T09:30:00.000Z', { status: 'failed' });
  t.strictSame(await Promise.all([post(first), post(first)]), [204, 204]);
  t.equal(await post(delivery('a', '2026-12-01T09:30:00.000Z', { status: 'failed' })), 204);
  t.equal(await post(delivery('a', '2026-12-01T10:00:00.000Z')), 204, 'tried again it ends a second time');
  t.equal(await post(delivery('b', '2026-12-01T10:00:00.000Z')), 204);
  t.strictSame(
    [await line(), await line(), await line()],
    ['Задание a: не удалось (AMOCRM_ERROR)', 'Задание a: выполнено', 'Задание b: выполнено'],
  );
});

t.test('what is forged, changed, old or no callback at all is refused', async (t) => {
  const { post, line } = await start(t, secret);
  const genuine = delivery('a', '2026-12-01T09:30:00.000Z');
  const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  const now = Date.now();
  for (const [what, { headers, body }] of [
    ['another secret', delivery('a', 'x', { signedBy: other })],
    ['too old', delivery('a', 'x', { at: new Date(now - 310_000) })],
    ['from the future', delivery('a', 'x', { at: new Date(now + 310_000) })],
    ['another body', { ...genuine, body: genuine.body.replace('succeeded', 'failed') }],
    ['another id', { ...genuine, headers: { ...genuine.headers, 'webhook-id': 'b' } }],
    ['no signature', { ...genuine, headers: { ...genuine.headers, 'webhook-signature': '' } }],
    ['a short signature', { ...genuine, headers: { ...genuine.headers, 'webhook-signature': 'v1,AAAA' } }],
    ['no time', { ...genuine, headers: { ...genuine.headers, 'webhook-timestamp': 'now' } }],
  ] as const) {
    t.equal(await post({ headers, body }), 401, what);
  }
  t.equal(await post({ body: 'x' }), 401);
  t.equal(await post({ method: 'PUT', body: 'x' }), 405);
  t.equal(await post({ body: 'x'.repeat(16 * 2 ** 20 + 1) }).catch(() => 413), 413);
  t.equal(await post(genuine), 204);
  t.equal(await line(), 'Задание a: выполнено', 'nothing before');
});

t.test('without a secret it does not start', async (t) => {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, CALLBACK_SECRET: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  t.match(said, /^CALLBACK_SECRET: [^\n]+\n$/);
  t.equal(code, 1);
});

t.test('the service tells it of a job, with a secret that is being replaced too', async (t) => {
  const env = { CALLBACK_HOSTS: '127.0.0.1' };
  const many = await startMany(t, { env, clock: createUnhurriedClock(20) });
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const put = (url: string) => many.admin('PUT', '/callers/bot/callback', { url });
  const first = (await put('http://127.0.0.1:9/')).body.secret;
  const { url, line } = await start(t, first);
  t.not((await put(url)).body.secret, first);
  const headers = { prefer: 'respond-async' };
  const { body } = await bot.call('POST', '/steps/amocrm_create_contact', { params: { name: 'Анна' } }, headers);
  t.equal(await line(), `Задание ${body.id}: выполнено`);
});

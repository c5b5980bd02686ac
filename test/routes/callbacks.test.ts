import { Webhook } from 'standardwebhooks';
import t, { type Test } from 'tap';
import { startMany } from '../fixtures/many-accounts.ts';
import { serviceMetrics } from '../fixtures/metrics.ts';
import { isProblem } from '../fixtures/problem.ts';
import { type Received, startReceiver } from '../fixtures/receiver.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const hosts = { CALLBACK_HOSTS: '127.0.0.1' };
const later = { prefer: 'respond-async' };
const create = (name: string) => ['POST', '/steps/amocrm_create_contact', { params: { name } }, later] as const;

/** A service with a caller `bot` whose jobs are told to a receiver. */
async function start(t: Test, options: Parameters<typeof startMany>[1] = {}) {
  const receiver = await startReceiver(t);
  const many = await startMany(t, { clock: createUnhurriedClock(20), ...options, env: { ...hosts, ...options.env } });
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const put = (url = receiver.url, name = 'bot') => many.admin('PUT', `/callers/${name}/callback`, { url });
  const callbackOf = async (id: string) => (await bot.call('GET', `/jobs/${id}`)).body.callback;
  return { receiver, many, bot, put, callbackOf };
}

const verify = (secret: string, { headers, body }: Received): unknown =>
  new Webhook(secret).verify(body, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  });

t.test('the end of a job is told, signed as Standard Webhooks', async (t) => {
  const { receiver, many, bot, put, callbackOf } = await start(t);
  const made = await put(`${receiver.url}/jobs?of=bot`);
  t.match(made, { status: 201, body: { caller: 'bot', secret: /^whsec_[\w+/]{43}=$/, status: 'on' } });
  const { body: accepted } = await bot.call(...create('Анна'));
  t.equal(accepted.callback, null);
  await receiver.until(1);
  const [first] = receiver.received;
  if (first === undefined) throw new Error('nothing has arrived');
  t.equal(first.path, '/jobs?of=bot');
  t.match(first.headers, {
    'content-type': 'application/json',
    'user-agent': /^amocrm-steps\//,
    'webhook-id': accepted.id,
    'webhook-signature': /^v1,\S+$/,
  });
  const event: { type: string; timestamp: string; data: object } = Object(verify(made.body.secret, first));
  t.match(event, { type: 'job.succeeded', data: { id: accepted.id, account: 'studio', status: 'succeeded' } });
  t.match(event.data, { result: { output_var: 'created_contact' }, problem: null, callback: { status: 'pending' } });
  t.throws(() => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, first));
  await many.restart();
  t.strictSame(await callbackOf(accepted.id), {
    status: 'delivered',
    attempts: 1,
    next_attempt_at: null,
    failure: null,
  });
  t.equal(receiver.received.length, 1, 'once');
});

t.test('a failed job is told too, and again under its id once it has been tried again', async (t) => {
  const { receiver, many, bot, put } = await start(t);
  const { secret } = (await put()).body;
  many.sandbox('studio').faults.add({ method: 'POST', action: { kind: 'status', status: 403, body: 'problem' } });
  const { id } = (await bot.call(...create('Анна'))).body;
  await receiver.until(1);
  const typeOf = (index: number) => {
    const one = receiver.received[index];
    return one && [one.headers['webhook-id'], Object(verify(secret, one)).type];
  };
  t.strictSame(typeOf(0), [id, 'job.failed']);
  t.match(await bot.call('POST', `/jobs/${id}/retry`), { status: 200, body: { callback: null } });
  await receiver.until(2);
  t.strictSame(typeOf(1), [id, 'job.succeeded']);
});

t.test('it is told in the language of the request that became the job', async (t) => {
  const { receiver, bot, put } = await start(t);
  const { secret } = (await put()).body;
  const titles = { ru: 'В amoCRM нет такого объекта', en: 'amoCRM has no such entity' };
  for (const [index, language] of (['ru', 'en'] as const).entries()) {
    const headers = { ...later, 'accept-language': language };
    await bot.call('POST', '/steps/amocrm_get_lead', { params: { lead_id: 999_999 } }, headers);
    await receiver.until(index + 1);
    const told = receiver.received[index];
    t.match(told && verify(secret, told), { data: { problem: { title: titles[language] } } }, language);
  }
});

t.test('every put makes a new secret, and the one before signs too for a day', async (t) => {
  const { receiver, many, bot, put } = await start(t);
  const first = (await put()).body;
  const second = await put();
  t.match(second, { status: 200, body: { old_secret_until: /^20\d\d-/ } });
  t.not(second.body.secret, first.secret);
  t.ok(Date.parse(second.body.old_secret_until) > Date.now());
  await bot.call(...create('Анна'));
  await receiver.until(1);
  const [one] = receiver.received;
  if (one === undefined) throw new Error('nothing has arrived');
  t.equal(String(one.headers['webhook-signature']).split(' ').length, 2);
  for (const { secret } of [first, second.body]) t.match(verify(secret, one), { type: 'job.succeeded' });
  const third = (await put()).body;
  await bot.call(...create('Борис'));
  await receiver.until(2);
  const last = receiver.received[1];
  if (last === undefined) throw new Error('nothing has arrived');
  t.throws(() => verify(first.secret, last), 'of three only the last two');
  for (const { secret } of [second.body, third]) t.match(verify(secret, last), { type: 'job.succeeded' });
  const shown = await many.admin('GET', '/callers/bot/callback');
  t.match(shown, {
    status: 200,
    body: { caller: 'bot', url: `${receiver.url}/`, status: 'on', switched_off_at: null },
  });
  t.notOk('secret' in shown.body);
  t.notMatch(JSON.stringify(shown.body) + many.lines.join(''), /whsec_/);
});

t.test('a 410 switches it off, and putting it again on', async (t) => {
  const { receiver, many, bot, put, callbackOf } = await start(t);
  await put();
  receiver.behave((_, response) => response.writeHead(410).end());
  const { id } = (await bot.call(...create('Анна'))).body;
  await receiver.until(1);
  await many.restart();
  t.match(await callbackOf(id), { status: 'failed', attempts: 1, next_attempt_at: null, failure: 'answered 410' });
  t.match(await many.admin('GET', '/callers/bot/callback'), { body: { status: 'off', switched_off_at: /^20/ } });
  const unheard = (await bot.call(...create('Борис'))).body.id;
  await bot.call('GET', `/jobs/${unheard}`, undefined, { prefer: 'wait=25' });
  t.equal(await callbackOf(unheard), null);
  receiver.behave((_, response) => response.writeHead(204).end());
  t.match(await put(), { status: 200, body: { status: 'on', switched_off_at: null } });
  await bot.call(...create('Вера'));
  await receiver.until(2);
});

t.test('what was not delivered is delivered after a restart, and dropped with the callback', async (t) => {
  const { receiver, many, bot, put, callbackOf } = await start(t);
  const { secret } = (await put()).body;
  receiver.behave((_, response) => response.writeHead(500).end('CANARY'));
  const [method, path, body] = create('Анна');
  const { id } = (await bot.call(method, path, body, { ...later, 'accept-language': 'ru' })).body;
  await receiver.until(1);
  receiver.behave(() => {});
  await receiver.until(2);
  const again: unknown = JSON.parse(String(receiver.received[1]?.body));
  t.match(again, { data: { callback: { attempts: 1, failure: 'получен ответ 500' } } }, 'as the job was sent');
  const metrics = await serviceMetrics(many.app(), many.asAdmin);
  t.equal(metrics.sum('callbacks_failing'), 1);
  const closed = many.restart();
  await closed;
  t.match(await callbackOf(id), { status: 'pending', attempts: 1, failure: 'answered 500' }, 'as it is read');
  await receiver.until(3);
  const [, , third] = receiver.received;
  t.match(third && verify(secret, third), { data: { id } });
  const deleted = await many.admin('DELETE', '/callers/bot/callback');
  t.equal(deleted.status, 204);
  isProblem(t, await many.admin('GET', '/callers/bot/callback'), 'NOT_FOUND');
  isProblem(t, await many.admin('DELETE', '/callers/bot/callback'), 'NOT_FOUND');
  await many.restart();
  t.match(await callbackOf(id), { status: 'dropped', next_attempt_at: null });
  t.notMatch(many.lines.join(''), /CANARY/);
});

t.test('addresses are judged when they are put', async (t) => {
  const { many, put } = await start(t);
  for (const [url, message] of [
    ['bot.example.com', /address such as/],
    ['ftp://bot.example.com/', /address such as/],
    ['http://bot.example.com/', /must be https; .* CALLBACK_HOSTS/],
    ['http://localhost:80/', /https/],
    ['https://user:pw@bot.example.com/', /without user/],
    ['https://localhost/', /private/],
    ['https://a.localhost/', /private/],
    ['https://10.0.0.1/', /private/],
    ['https://2130706434/', /private/],
    ['https://[::1]/', /private/],
    ['https://[::ffff:10.0.0.1]/', /private/],
    ['https://169.254.169.254/latest', /private/],
  ] as const) {
    const answer = await put(url);
    isProblem(t, answer, 'INVALID_REQUEST', { what: url });
    t.match(answer.body.errors, [{ path: 'url', message }], url);
  }
  t.equal((await put('https://bot.example.com/amo?x=1')).status, 201);
  t.equal((await put('https://8.8.8.8/')).status, 200);
  isProblem(t, await put('https://bot.example.com/', 'no space%20here'), 'INVALID_REQUEST');
  isProblem(t, await many.admin('GET', '/callers/nobody/callback'), 'NOT_FOUND');
});

t.test('a callback of a caller that no key has is kept, with a warning that names the nearest', async (t) => {
  const { put, many } = await start(t, { env: { API_KEYS: 'nightly=nightly-0123456789' } });
  const known = await put();
  t.notOk('warnings' in known.body);
  t.notOk('warnings' in (await put(undefined, 'nightly')).body, 'a key of the settings counts too');
  const warningOf = async (name: string) => (await put(undefined, name)).body.warnings;
  const misspelt = await warningOf('bott');
  t.strictSame(misspelt, ['No key has the caller "bott" yet, so nothing is sent there; did you mean "bot"?']);
  t.strictSame(await warningOf('somebody-else'), [
    'No key has the caller "somebody-else" yet, so nothing is sent there; GET /keys lists the keys',
  ]);
  const unknown = await many.admin('GET', '/callers/nobody/callback');
  t.equal(unknown.body.detail, 'The caller "nobody" has no callback');
});

t.test('callbacks are for admins', async (t) => {
  const { bot, many } = await start(t);
  isProblem(t, await bot.call('GET', '/callers/bot/callback'), 'KEY_NOT_ALLOWED');
  isProblem(t, await many.send({ url: '/callers/bot/callback' }), 'UNAUTHORIZED');
});

t.test('an account whose callbacks are owed is not deleted unless that is said', async (t) => {
  const { bot, many, put, receiver } = await start(t);
  receiver.behave((_, response) => void response.writeHead(500).end());
  await put(receiver.url);
  await bot.call('POST', '/steps/amocrm_create_contact', { params: { name: 'Анна' } }, { prefer: 'respond-async' });
  await receiver.until(1);
  const refused = await many.admin('DELETE', '/accounts/studio');
  isProblem(t, refused, 'ACCOUNT_IN_USE');
  t.match(refused.body.detail, /1 callback/);
  t.equal((await many.admin('DELETE', '/accounts/studio?force=true')).status, 204);
});

import { Writable } from 'node:stream';
import t from 'tap';
import { loggerOptions } from '../../src/telemetry/logger.ts';
import { ownHost } from '../fixtures/own-host.ts';
import { startService } from '../fixtures/service.ts';

const token = 'CANARY-token-0123456789';
const key = 'CANARY-key-0123456789';

function collect() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, logger: { ...loggerOptions('trace'), stream } };
}

t.test('no token and no API key in any line or answer', async (t) => {
  const { lines, logger } = collect();
  const answers: string[] = [];
  const env = { API_KEYS: `bot=${key}`, AMO_TIMEOUT_MS: '100', AMO_ACCESS_TOKEN: token };
  const headers = { authorization: `Bearer ${key}` };

  async function drive(kind: 'none' | 'down' | 'unauthorized' | 'drop' | 'hang' | 'garbled' | 'ban'): Promise<void> {
    const { app, sandbox, step } = await startService(t, { logger, env, sandbox: { token, host: ownHost } });
    if (kind === 'down') await sandbox.close();
    else if (kind !== 'none') sandbox.faults.add({ action: { kind }, times: Number.POSITIVE_INFINITY });
    app.get('/buggy', () => Promise.reject(new Error('a bug', { cause: { authorization: `Bearer ${token}` } })));
    for (const answer of [
      await step('amocrm_find_lead', { query: 'Заявка' }, {}, headers),
      await step('amocrm_create_contact', { name: 'Анна', custom_fields: { Источник: 'Telegram' } }, {}, headers),
      await step('amocrm_create_lead', { nam: 'Заявка' }, {}, { 'x-api-key': key, 'content-type': key }),
      await step('amocrm_create_lead', { nam: 'Заявка' }, {}, { authorization: `Basic ${key}` }),
      await app.inject({ url: '/health', headers }),
      await app.inject({ url: '/buggy', headers }),
      await app.inject({ url: '/steps/%zz', headers }),
    ]) {
      answers.push(JSON.stringify([answer.headers, answer.body]));
    }
  }

  await Promise.all((['none', 'down', 'unauthorized', 'drop', 'hang', 'garbled', 'ban'] as const).map(drive));
  for (const code of ['AMOCRM_UNAUTHORIZED', 'AMOCRM_UNAVAILABLE', 'AMOCRM_ERROR', 'INTERNAL_ERROR']) {
    t.ok(
      lines.some((line) => line.includes(`"code":"${code}"`)),
      `${code} was logged`,
    );
  }
  for (const secret of [token, key, 'CANARY']) {
    const found = [...lines, ...answers].filter((text) => text.includes(secret));
    t.strictSame(found.slice(0, 3), [], `"${secret}" is nowhere`);
  }
  t.notMatch(lines.join(''), /Bearer |Basic |authorization/i);
});

t.test('a failure is logged under the id that the caller was given', async (t) => {
  const { lines, logger } = collect();
  const { app } = await startService(t, { logger });
  app.get('/buggy', () => Promise.reject(new TypeError('a bug', { cause: new Error('its reason') })));
  const { instance } = (await app.inject('/buggy')).json();
  const entries = lines.map((line) => JSON.parse(line));
  t.match(
    entries.find(({ level }) => level === 'error'),
    {
      reqId: instance,
      code: 'INTERNAL_ERROR',
      err: { type: 'TypeError', message: 'a bug', stack: /logger\.test\.ts/, cause: { message: 'its reason' } },
    },
  );
  for (const { time, level } of entries) {
    t.equal(new Date(time).toISOString(), time);
    t.type(level, 'string');
  }
});

t.test('each request and each call to amoCRM is one line that says how it went', async (t) => {
  const { lines, logger } = collect();
  const { step, sandbox } = await startService(t, { logger, env: { API_KEYS: `bot=${key}` } });
  const headers = { 'x-api-key': key, 'x-request-id': 'update-17' };
  const answer = await step('amocrm_create_lead', { name: 'Заявка', contact_id: 12345 }, {}, headers);
  t.equal(answer.headers['x-request-id'], 'update-17');
  const entries = lines.map((line) => JSON.parse(line));
  t.match(
    entries.filter(({ msg }) => msg === 'request'),
    [
      {
        level: 'info',
        reqId: 'update-17',
        method: 'POST',
        route: '/steps/amocrm_create_lead',
        status: 200,
        caller: 'bot',
        answered: Boolean,
        duration_ms: Number,
      },
    ],
  );
  const calls = entries.filter(({ msg }) => msg === 'amocrm');
  const sent = {
    level: 'info',
    status: 200,
    ended: 'ok',
    waited_ms: Number,
    duration_ms: Number,
    reqIds: ['update-17'],
  };
  t.match(calls, [
    { ...sent, method: 'GET', path: '/api/v4/contacts', entity: 'contacts', items: 1 },
    { ...sent, method: 'POST', path: '/api/v4/leads', entity: 'leads', items: 1 },
  ]);
  t.equal(calls.length, sandbox.requests.length);
});

t.test('at info an error of a library or a bug is told by its type and place, not in its words', async (t) => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const { app } = await startService(t, { logger: { ...loggerOptions('info'), stream } });
  app.get('/buggy', () => Promise.reject(new TypeError('no such person: Anna\n  of Moscow')));
  await app.inject('/buggy');
  const { err } = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 'error');
  t.match(err, { type: 'TypeError', stack: /^ +at .*logger\.test\.ts/ });
  t.notMatch(JSON.stringify(err), /Anna|Moscow/);
});

t.test('who shows a wrong key is logged by address, who shows a good one by name', async (t) => {
  const { lines, logger } = collect();
  const { app } = await startService(t, { logger, env: { API_KEYS: `bot=${key}` } });
  const address = await app.listen({ port: 0 });
  for (const headers of [{ 'x-api-key': `${key}x` }, { 'x-api-key': key }])
    await (await fetch(`${address}/steps`, { headers })).text();
  await app.close();
  const requests = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  t.match(requests, [
    { status: 401, caller: '', remoteAddress: '127.0.0.1' },
    { status: 200, caller: 'bot', remoteAddress: undefined },
  ]);
});

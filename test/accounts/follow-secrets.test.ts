import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import t, { type Test } from 'tap';
import { systemClock } from '../../src/clock.ts';
import { loggerOptions } from '../../src/telemetry/logger.ts';
import { until } from '../fixtures/keyed.ts';
import { startService } from '../fixtures/service.ts';

/** The service with this file as a setting; it looks every 50 ms. */
async function start(t: Test, setting: string, text: string, env: Record<string, string> = {}) {
  const file = join(t.testdir({ secret: text }), 'secret');
  const lines: ReturnType<typeof JSON.parse>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const service = await startService(t, {
    env: { ...env, [setting]: file },
    logger: { ...loggerOptions('info'), stream },
    clock: { ...systemClock, second: 10 },
  });
  /** Writes the file and waits until the service says something of the setting. */
  async function write(content: string): Promise<Record<string, unknown>> {
    const before = lines.length;
    writeFileSync(file, content);
    const line = () => lines.slice(before).find((each) => each.setting === setting);
    await until(() => line() !== undefined);
    return line();
  }
  return { ...service, write };
}

t.test('API_KEYS_FILE is read again while the service runs', async (t) => {
  const [old, next, other] = ['old-key-0123456789', 'new-key-0123456789', 'other-key-0123456'];
  const { app, write } = await start(t, 'API_KEYS_FILE', `bot=${old}\n`);
  const statusOf = async (key: string) =>
    (await app.inject({ url: '/steps', headers: { 'x-api-key': key } })).statusCode;
  t.strictSame([await statusOf(old), await statusOf(next)], [200, 401]);
  t.match(await write(`bot=${old}\nbot=${next}\n`), { level: 'info', msg: 'setting read again' });
  t.strictSame([await statusOf(old), await statusOf(next)], [200, 200]);
  for (const [bad, reason] of [
    ['\n', /^API_KEYS_FILE is empty/],
    [`bot=${next}\nbot=short`, /^API_KEYS entry 2 is too short/],
    [`bot=${next}\ncrm=${next}`, /^API_KEYS entry 2 has the key of entry 1/],
  ] as const) {
    const line = await write(bad);
    t.match(line, { level: 'error', reason });
    t.notMatch(JSON.stringify(line), /key-0|short"/);
    t.strictSame([await statusOf(old), await statusOf(next)], [200, 200], 'those before stay');
  }
  await write(`bot=${other}`);
  t.strictSame([await statusOf(old), await statusOf(next), await statusOf(other)], [401, 401, 200]);
});

t.test('AMO_ACCESS_TOKEN_FILE is read again while the service runs', async (t) => {
  const { step, sandbox, write } = await start(t, 'AMO_ACCESS_TOKEN_FILE', 'token-that-was-taken-back', {
    AMO_ACCESS_TOKEN: '',
  });
  const search = () => step('amocrm_search', { query: 'Мария' });
  t.equal((await search()).body.code, 'AMOCRM_UNAUTHORIZED');
  t.match(await write(sandbox.token), { level: 'info' });
  let answer = await search();
  while (answer.status !== 200) answer = await search();
  t.equal(answer.status, 200, 'once the pause after a 401 is over');
});

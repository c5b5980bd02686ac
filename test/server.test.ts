import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import t from 'tap';

const needed = { AMO_BASE_URL: 'http://127.0.0.1:9', AMO_ACCESS_TOKEN: 'CANARY-token', PORT: '0' };
const server = join(import.meta.dirname, '../src/server.js');

function start(cwd: string, env: Record<string, string>) {
  return spawn(process.execPath, [server], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

t.test('a refused start is one line that names the setting, and a status that is not 0', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1');
  t.teardown(() => holder.close());
  await once(holder, 'listening');
  const taken = String(Object(holder.address()).port);
  const directory = t.testdir({ 'fields.json': '{\n  "source": { "id": 1,\n}' });
  const fields = join(directory, 'fields.json');
  const refused: [env: Record<string, string>, line: RegExp][] = [
    [{}, /AMO_BASE_URL is missing: expected the address of the account/],
    [{ ...needed, HOST: '0.0.0.0' }, /API_KEYS is required when HOST is 0\.0\.0\.0/],
    [{ ...needed, AMO_FIELDS_FILE: fields }, /AMO_FIELDS_FILE .*fields\.json: line 3: not valid JSON/],
    [{ ...needed, PORT: taken }, /HOST and PORT: expected an address that is free here .*EADDRINUSE/],
    [{ ...needed, HOST: 'no such host', ALLOW_ANONYMOUS: 'true' }, /HOST and PORT: expected .*ENOTFOUND/],
  ];
  await Promise.all(
    refused.map(async ([env, line], index) => {
      const child = start(directory, { DATA_DIR: String(index), ...env });
      const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
      t.match(err, new RegExp(`^amocrm-steps cannot start: .*${line.source}[^\\n]*\\n$`));
      t.strictSame([out, status], ['', 1]);
      t.notMatch(err, 'CANARY');
    }),
  );
});

t.test('settings may stand in .env; those of the environment go before them', async (t) => {
  const { PORT, ...rest } = needed;
  const lines = Object.entries({ ...rest, PORT: 'none', DATA_DIR: 'here' }).map(
    ([name, value]) => `${name}="${value}"`,
  );
  const directory = t.testdir({ '.env': `# comment\n${lines.join('\n')}\n`, broken: { '.env': {} } });
  const child = start(directory, { PORT });
  const exit = once(child, 'exit');
  const [line] = await once(createInterface(child.stdout), 'line');
  t.match(JSON.parse(line), { msg: 'listening', settings: { AMO_BASE_URL: needed.AMO_BASE_URL, DATA_DIR: 'here' } });
  child.kill();
  await exit;
  const refused = start(join(directory, 'broken'), needed);
  t.match(await text(refused.stderr), /^amocrm-steps cannot start: \.env: expected a file [^\n]*\n$/);
});

t.test('a start is one line of JSON with the address, a signal the end with status 0', async (t) => {
  const stopBy = async (signal: NodeJS.Signals) => {
    const child = start(t.testdirName, { ...needed, API_KEYS: 'bot=CANARY-0123456789', DATA_DIR: signal });
    const exit = once(child, 'exit');
    const lines: string[] = [];
    const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
    await once(reader, 'line');
    const first = JSON.parse(lines[0] ?? '');
    t.match(first, { level: 'info', msg: 'listening', address: /^http:\/\/127\.0\.0\.1:\d+$/ });
    t.match(first, { version: /^\d+\.\d+\.\d+$/, callers: ['bot'], settings: { AMO_ACCESS_TOKEN: 'set' } });
    t.equal((await fetch(`${first.address}/health/live`)).status, 200);
    const started = performance.now();
    child.kill(signal);
    t.strictSame(await exit, [0, null], signal);
    t.ok(performance.now() - started < 10_000);
    t.equal(lines.filter((line) => line.includes('listening')).length, 1);
    t.notMatch(lines.join(), 'CANARY');
    t.equal(await text(child.stderr), '');
  };
  t.testdir();
  await Promise.all([stopBy('SIGTERM'), stopBy('SIGINT')]);
});

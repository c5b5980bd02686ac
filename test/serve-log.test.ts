import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { compileCache } from './fixtures/compile-cache.ts';

const server = join(import.meta.dirname, '../src/server.js');
/** Their lines are more than the buffers between two processes take. */
const requests = 3_000;

/** The service in a process of its own whose log is read up to the line that says where it listens. */
async function start(t: Test) {
  const env = {
    AMO_BASE_URL: 'http://127.0.0.1:9',
    AMO_ACCESS_TOKEN: 'x',
    PORT: '0',
    DATA_DIR: t.testdir(),
    ...compileCache,
  };
  const child = spawn(process.execPath, [server], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  t.teardown(() => {
    child.kill('SIGKILL');
    return exit;
  });
  const [first] = await once(child.stdout, 'data');
  child.stdout.pause();
  const { address } = JSON.parse(String(first).split('\n', 1)[0] ?? '');
  return { child, exit, address: String(address) };
}

/** Asks again and again; each answer leaves a line. */
async function ask(address: string): Promise<number> {
  let answered = 0;
  const ask = async () => {
    const response = await fetch(`${address}/health/live`, { headers: { 'x-request-id': 'x'.repeat(64) } });
    await response.arrayBuffer();
    answered += 1;
  };
  for (let left = requests; left > 0; left -= 50) await Promise.all(Array.from({ length: 50 }, ask));
  return answered;
}

t.test('a log that nobody reads holds up neither the answers nor the end', async (t) => {
  const { child, exit, address } = await start(t);
  t.equal(await ask(address), requests);
  child.kill('SIGTERM');
  t.strictSame(await exit, [0, null]);
});

t.test('whoever reads late still gets every line, the last too', async (t) => {
  const { child, exit, address } = await start(t);
  await ask(address);
  child.kill('SIGTERM');
  const messages: string[] = [];
  for await (const line of createInterface(child.stdout)) messages.push(JSON.parse(line).msg);
  t.equal(messages.filter((message) => message === 'request').length, requests);
  t.equal(messages.at(-1), 'closed');
  t.strictSame(await exit, [0, null]);
});

t.test('a reader that goes away takes the log with it, not the service', async (t) => {
  const { child, exit, address } = await start(t);
  child.stdout.destroy();
  t.equal(await ask(address), requests);
  child.kill('SIGTERM');
  t.strictSame(await exit, [0, null]);
});

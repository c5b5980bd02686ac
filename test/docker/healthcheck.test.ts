import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { ownHost } from '../fixtures/own-host.ts';
import { startService } from '../fixtures/service.ts';

const script = join(import.meta.dirname, '../../docker/healthcheck.ts');

t.test('a service whose amoCRM answers is healthy', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS: 'bot=a-key-that-nobody-shows' } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  t.strictSame(await check(app.server), { code: 0, output: 'healthy: 200\n' });
});

t.test('a service whose amoCRM is down is unhealthy, but live', async (t) => {
  const { app, sandbox } = await startService(t, { sandbox: { host: ownHost } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  await sandbox.close();
  const { code, output } = await check(app.server);
  t.equal(code, 1);
  t.match(output, /^unhealthy: 503 .*"code":"AMOCRM_UNAVAILABLE".*\n$/, 'one line says why');
  t.strictSame(await check(app.server, '/health/live'), { code: 0, output: 'healthy: 200\n' });
});

t.test('where nothing listens, the connection is refused', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  t.strictSame(await check(port), { code: 1, output: `unhealthy: Error: connect ECONNREFUSED 127.0.0.1:${port}\n` });
});

t.test('a server that stays silent is given up', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { code, output } = await check(server, '/health', '50');
  t.equal(code, 1);
  t.match(output, /^unhealthy: TimeoutError: .*\n$/);
});

/** What the script says of the server, as the container's runtime would see it. */
function check(target: Server | number, ...args: string[]): Promise<{ code: number | string | null; output: string }> {
  const port = typeof target === 'number' ? target : (target.address() as AddressInfo).port;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [script, ...args],
      { env: { ...process.env, PORT: String(port) } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { startProcess } from './fixtures/service-process.ts';

/** More than Node lets wait unless it is told otherwise (511). */
const crowd = 1000;

/** The kernel's own bound; where it cannot be read it is taken for today's, 4,096. */
function kernelsBound(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  } catch {
    return 4096;
  }
}

const skip = kernelsBound() < crowd && 'the kernel lets fewer wait';

t.test('a thousand who come while the process is busy are let in at once', { skip, timeout: 60_000 }, async (t) => {
  const env = { AMO_BASE_URL: 'http://127.0.0.1:9', AMO_ACCESS_TOKEN: 'token', DATA_DIR: t.testdir() };
  const { address, kill } = await startProcess(t, env);
  const { hostname, port } = new URL(address);
  kill('SIGSTOP');
  const sockets: Socket[] = Array.from({ length: crowd }, () => connect(Number(port), hostname));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  // Whoever finds no room is not refused: the kernel lets it ask again after a second, then after more and more.
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  kill('SIGCONT');
  const statuses = await Promise.all(sockets.map(statusOf));
  t.strictSame(new Set(statuses), new Set(['HTTP/1.1 200 OK']));
});

async function statusOf(socket: Socket): Promise<string | undefined> {
  socket.write('GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n');
  const chunks = await socket.setEncoding('utf8').toArray();
  return chunks.join('').split('\r\n', 1)[0];
}

import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { startService } from '../fixtures/service.ts';

/** Every kind of broken HTTP: `contract/hostile.test.ts`. */

const { app } = await startService(t);
const port = Number(new URL(await app.listen({ port: 0 })).port);

t.test('what is no HTTP is answered whole, by a problem document of the announced length', async (t) => {
  const socket = connect(port, '127.0.0.1');
  socket.write('GARBAGE\r\n\r\n');
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ')));
  isProblem(t, { status: Number(statusLine.split(' ')[1]), headers, body: JSON.parse(body) }, 'INVALID_REQUEST');
  t.equal(headers.connection, 'close');
  t.equal(Number(headers['content-length']), Buffer.byteLength(body));
});

t.test('letters of an address that are not encoded are told, with what to do', async (t) => {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /jobs?caller=Иван HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  t.match(head, /^HTTP\/1\.1 400 /);
  t.match(JSON.parse(body), { code: 'INVALID_REQUEST', detail: /percent-encoded.*--data-urlencode/ });
});

t.test('who resets the connection in the midst of a request does no harm', async (t) => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /steps/amocrm_search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n');
  socket.resetAndDestroy();
  t.equal((await fetch(`http://127.0.0.1:${port}/health/live`)).status, 200);
});

t.test('a kept connection gathers nothing from the steps that it brings', async (t) => {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => sockets.add(socket));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const counts: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const headers = { 'content-type': 'application/json' };
    const sent = request({ port, agent, method: 'POST', path: '/steps/amocrm_find_lead', headers });
    sent.end('{"params": {"lead_id": 67890}}');
    const [response] = await once(sent, 'response');
    await once(response.resume(), 'end');
    counts.push([...sockets].reduce((sum, socket) => sum + socket.listenerCount('close'), 0));
  }
  agent.destroy();
  t.equal(sockets.size, 1, 'it was one connection');
  t.equal(counts.at(-1), counts[0], 'its listeners do not grow in number');
});

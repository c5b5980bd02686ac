import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { startService } from '../fixtures/service.ts';

const { app } = await startService(t);
const port = Number(new URL(await app.listen({ port: 0 })).port);

/** Everything that comes back for these bytes until the service closes the connection. */
async function send(bytes: string) {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.write(bytes);
  await once(socket, 'close');
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ')));
  return { status: Number(statusLine.split(' ')[1]), headers, body: JSON.parse(body), length: Buffer.byteLength(body) };
}

const post = 'POST /steps/amocrm_search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

t.test('what is no HTTP is answered with a problem document, and the service lives on', async (t) => {
  for (const [what, bytes] of Object.entries({
    garbage: 'Привет\r\n\r\n',
    'TLS on a plain port': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
    'HTTP/2 with prior knowledge': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'headers of 20 kB': `GET /health/live HTTP/1.1\r\nHost: a\r\nX-Filler: ${'x'.repeat(20_000)}\r\n\r\n`,
    'a header without a colon': 'GET /health/live HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n',
    'two lengths': `${post}Content-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}`,
    'a length and chunks': `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a length that is no number': `${post}Content-Length: x\r\n\r\n`,
    'a broken chunk': `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  })) {
    const answer = await send(bytes);
    isProblem(t, answer, 'INVALID_REQUEST', { what });
    t.equal(answer.headers.connection, 'close', what);
    t.equal(Number(answer.headers['content-length']), answer.length, what);
  }
  t.equal((await fetch(`http://127.0.0.1:${port}/health/live`)).status, 200);
});

t.test('an undecodable URL does not end the process', async (t) => {
  isProblem(t, await send('GET /steps/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), 'INVALID_REQUEST');
});

t.test('a body announced as too large is refused before it comes', async (t) => {
  const answer = await send(`${post}Content-Length: 9000000\r\n\r\n{"params`);
  isProblem(t, answer, 'PAYLOAD_TOO_LARGE');
});

t.test('a request that trickles in is cut', async (t) => {
  t.equal(app.server.requestTimeout, 15_000);
  app.server.headersTimeout = 100;
  app.server.requestTimeout = 100;
  const [body, headers] = await Promise.all([
    send(`${post}Content-Length: 100\r\n\r\n{"params": {`),
    send('GET /health/live HTTP/1.1\r\nHo'),
  ]);
  isProblem(t, body, 'REQUEST_TIMEOUT');
  isProblem(t, headers, 'REQUEST_TIMEOUT');
  app.server.headersTimeout = 60_000;
  app.server.requestTimeout = 15_000;
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

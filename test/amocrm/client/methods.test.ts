import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { createClient } from '../../../src/amocrm/client/client.ts';
import { factsOf } from '../../../src/amocrm/entities/call-facts.ts';
import { systemClock } from '../../../src/clock.ts';

t.test('each method goes out with its body', async (t) => {
  const received: unknown[] = [];
  const server = createServer(async (request, response) => {
    received.push([request.method, request.url, request.headers['content-type'], await text(request)]);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  t.teardown(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const send = createClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 60_000, clock: systemClock, factsOf });
  const body = { destination: 'https://bot.example/hook' };
  for (const method of ['POST', 'PATCH', 'PUT', 'DELETE'] as const) {
    const outcome = await send({ method, path: '/api/v4/webhooks', body });
    t.match(outcome, { kind: 'nothing', status: 204, asked: `${method} webhooks` });
    t.strictSame(received.pop(), [method, '/api/v4/webhooks', 'application/json', JSON.stringify(body)]);
  }
  await send({ method: 'DELETE', path: '/api/v4/widgets/some_code' });
  t.strictSame(received.pop(), ['DELETE', '/api/v4/widgets/some_code', undefined, '']);
});

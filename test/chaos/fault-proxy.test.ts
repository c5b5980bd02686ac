import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { type FaultProxy, type Passing, type ProxyFault, startFaultProxy } from '../fixtures/fault-proxy.ts';
import { until } from '../fixtures/keyed.ts';

/** An HTTP server that counts what it gets, behind a proxy that gives each request the next fault of the list. */
async function open(
  t: { teardown(close: () => Promise<void>): void },
  faults: (ProxyFault | undefined)[],
  answer = 'x'.repeat(1000),
) {
  const got: string[] = [];
  const connections = new Set<unknown>();
  const server = createServer(async (request, response) => {
    connections.add(request.socket);
    got.push(`${request.method} ${request.url} ${await text(request)}`);
    response.end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const seen: Passing[] = [];
  const proxy = await startFaultProxy(`http://127.0.0.1:${port}`, (request) => {
    seen.push(request);
    return faults[request.index];
  });
  t.teardown(async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  });
  return { proxy, got, seen, connections };
}

async function ask({ url }: FaultProxy, init: RequestInit = {}): Promise<string> {
  const response = await fetch(`${url}/list?page=1`, { method: 'POST', body: 'item', ...init });
  return response.text();
}

t.test('without a fault everything passes, also on a connection that is kept', async (t) => {
  const { proxy, got, seen, connections } = await open(t, []);
  for (let index = 0; index < 3; index += 1) t.equal((await ask(proxy)).length, 1000);
  t.same(got, Array(3).fill('POST /list?page=1 item'));
  t.same(
    seen,
    [0, 1, 2].map((index) => ({ index, method: 'POST', path: '/list' })),
  );
  t.ok(connections.size < 3);
});

const faults: [ProxyFault, { arrives: boolean; end: string }][] = [
  [
    { kind: 'reset', at: 'request' },
    { arrives: false, end: 'ECONNRESET' },
  ],
  [
    { kind: 'reset', at: 'sent' },
    { arrives: true, end: 'ECONNRESET' },
  ],
  [
    { kind: 'reset', at: 'answer' },
    { arrives: true, end: 'ECONNRESET' },
  ],
  [{ kind: 'half-close' }, { arrives: true, end: 'UND_ERR_SOCKET' }],
  [
    { kind: 'cut', bytes: 400 },
    { arrives: true, end: 'UND_ERR_SOCKET' },
  ],
  [
    { kind: 'cut', bytes: 10 },
    { arrives: true, end: 'UND_ERR_SOCKET' },
  ],
];
for (const [fault, { arrives, end }] of faults) {
  t.test(`${Object.values(fault).join(' ')} of the second request on a connection`, async (t) => {
    const { proxy, got } = await open(t, [undefined, fault]);
    await ask(proxy);
    await t.rejects(ask(proxy), { cause: { code: end } });
    t.equal((await ask(proxy)).length, 1000, 'the next one passes');
    t.equal(got.length, arrives ? 3 : 2);
  });
}

for (const at of ['request', 'answer'] as const) {
  t.test(`a black hole at the ${at} stays silent until the client gives up`, async (t) => {
    const { proxy, got } = await open(t, [{ kind: 'black-hole', at }]);
    await t.rejects(ask(proxy, { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
    t.equal(got.length, at === 'answer' ? 1 : 0);
  });
}

t.test('latency holds a request up; it arrives even when its sender has given up', async (t) => {
  const fault = { kind: 'latency', ms: 200 } as const;
  const { proxy, got } = await open(t, [fault, fault]);
  const asked = performance.now();
  await ask(proxy);
  t.ok(performance.now() - asked >= 195);
  await t.rejects(ask(proxy, { signal: AbortSignal.timeout(20) }));
  t.equal(got.length, 1);
  await until(() => got.length === 2);
});

t.test('it closes at once, whatever is under way', async (t) => {
  const { proxy, seen } = await open(t, [{ kind: 'black-hole', at: 'request' }]);
  const asked = t.rejects(ask(proxy));
  await until(() => seen.length === 1);
  await proxy.close();
  await asked;
});

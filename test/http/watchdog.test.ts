import { Writable } from 'node:stream';
import Fastify from 'fastify';
import t from 'tap';
import { requestEnds } from '../../src/http/request-ends.ts';
import { watchdog } from '../../src/http/watchdog.ts';

interface Line {
  msg?: string;
  blocked_ms?: number;
  routes?: string[];
}

t.test('a loop that is held for longer than the limit is logged with what was in work', async (t) => {
  const { app, logged } = await start(t);
  app.get('/quick', async () => 'done');
  app.get('/slow/:id', async () => holdFor(150));
  app.get('/waiting', () => new Promise(() => undefined));
  const address = await app.listen();
  const waiting = fetch(`${address}/waiting`).catch(() => 'closed');
  await fetch(`${address}/quick`);
  await fetch(`${address}/slow/12345`);
  const line = await logged;
  t.equal(line.msg, 'event loop was blocked');
  t.ok(Number(line.blocked_ms) > 50);
  t.ok(line.routes?.includes('GET /slow/:id'), 'the one that has ended meanwhile, by its pattern');
  t.ok(line.routes?.includes('GET /waiting'), 'and the one that still waits');
  await app.close();
  t.equal(await waiting, 'closed');
});

async function start(t: { teardown(end: () => Promise<unknown>): void }) {
  const found = Promise.withResolvers<Line>();
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const line: Line = JSON.parse(String(chunk));
      if (line.blocked_ms !== undefined) found.resolve(line);
      done();
    },
  });
  const app = Fastify({ logger: { level: 'warn', stream }, forceCloseConnections: true });
  await app.register(requestEnds);
  await app.register(watchdog, { limitMs: 50 });
  t.teardown(() => app.close());
  return { app, logged: found.promise };
}

function holdFor(ms: number): string {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return 'done';
}

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

const slow = 'GET /slow/:id';

t.test('a loop that is held for longer than the limit is logged with what was in work', async (t) => {
  const { app, logged } = await start(t, slow);
  const begun = Promise.withResolvers<void>();
  app.get('/quick', async () => 'done');
  app.get('/slow/:id', async () => holdFor(150));
  app.get('/waiting', () => {
    begun.resolve();
    return new Promise(() => undefined);
  });
  const address = await app.listen();
  const waiting = fetch(`${address}/waiting`).catch(() => 'closed');
  await begun.promise;
  await fetch(`${address}/quick`);
  await fetch(`${address}/slow/12345`);
  const line = await logged;
  t.equal(line.msg, 'event loop was blocked');
  t.ok(Number(line.blocked_ms) > 50);
  t.ok(line.routes?.includes('GET /waiting'), 'the one that still waits, beside the one that has ended meanwhile');
  await app.close();
  t.equal(await waiting, 'closed');
});

/** `logged` is the first line with the route: where the machine is busy the loop may have been blocked before. */
async function start(t: { teardown(end: () => Promise<unknown>): void }, route: string) {
  const found = Promise.withResolvers<Line>();
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const line: Line = JSON.parse(String(chunk));
      if (line.routes?.includes(route)) found.resolve(line);
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

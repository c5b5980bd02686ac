import fastify from 'fastify';
import t from 'tap';
import { onBehalfOf } from '../../src/http/asked.ts';
import { createOperations, operations } from '../../src/http/operations.ts';
import { requestEnds } from '../../src/http/request-ends.ts';
import { createFakeClock } from '../fixtures/fake-clock.ts';

/** A service whose requests wait until their deadline; each is answered with the milliseconds that it took. */
async function open() {
  const clock = createFakeClock();
  const app = fastify();
  await app.register(requestEnds);
  await app.register(operations, { clock, isPassed: ({ headers }) => headers.left !== undefined });
  app.addHook('onRequest', async (request) => {
    const { left, flat } = request.headers;
    if (left !== undefined) request.leftMs = Number(left);
    request.isFlat = flat !== undefined;
  });
  const begin = createOperations(app, { deadlineMs: 30_000, shutdown: new AbortController().signal, clock });
  const open = new Set<Promise<unknown>>();
  app.post('/:waits', async (request) => {
    const { waits } = Object(request.params);
    await new Promise<void>((resolve) => clock.after(Number(waits), resolve));
    const { signal } = begin(request);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { took: clock.now() - request.cameAt, detail: signal.reason.message };
  });
  const ask = (waits: number, headers: Record<string, string> = {}) => {
    const asked = app.inject({ method: 'POST', url: `/${waits}`, headers }).then((answer) => answer.json());
    open.add(asked);
    return asked;
  };
  return { clock, ask, all: () => Promise.all(open) };
}

t.test('each has what it has left, whichever has begun before, and what it has waited counts', async (t) => {
  const { clock, ask, all } = await open();
  ask(1);
  ask(5000);
  ask(1, { left: '1000' });
  ask(1, { left: '40000' });
  ask(1, { flat: 'yes' });
  ask(31_000);
  await clock.advance(40_000);
  t.match(await all(), [
    { took: 30_000, detail: /30000 ms/ },
    { took: 30_000 },
    { took: 1000 },
    { took: 30_000 },
    { took: 25_000, detail: /25000 ms/ },
    { took: 31_000, detail: /30000 ms/ },
  ]);
});

t.test('what a request asks for has what is left of its own time', async (t) => {
  const { clock, ask, all } = await open();
  const asked = { deletionsSeen: 0, at: 0, by: 'unbound' } as const;
  const outer = { asked, cameAt: clock.now(), leftMs: 8000 };
  await clock.advance(3000);
  onBehalfOf(outer, () => void ask(1));
  onBehalfOf(outer, () => void ask(1, { left: '1000' }));
  await clock.advance(6000);
  t.match(await all(), [{ took: 8000 }, { took: 1000 }]);
});

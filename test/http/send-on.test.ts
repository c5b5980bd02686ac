import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import fastify from 'fastify';
import t, { type Test } from 'tap';
import { createSignature } from '../../src/cluster/signature.ts';
import { vouchHeader } from '../../src/http/passed.ts';
import { createSender } from '../../src/http/send-on.ts';

const signature = createSignature([randomBytes(32)], Date.now);

async function sendTo(t: Test, method: string, answer: RequestListener) {
  const owner = createServer(answer).listen(0, '127.0.0.1');
  t.teardown(() => owner.close());
  await once(owner, 'listening');
  const to = { id: 'b', url: `http://127.0.0.1:${Object(owner.address()).port}` };
  const app = fastify();
  t.teardown(() => app.close());
  const sent = Promise.withResolvers<unknown>();
  app.addHook('onRequest', async (request) => {
    Object.assign(request, { caller: 'bot', scope: 'all', asked: { deletionsSeen: 0 } });
  });
  app.all('/steps', async (request) => {
    const signal = AbortSignal.timeout(30_000);
    sent.resolve(createSender(app, signature)(to, { account: 'one', request, leftMs: 1999.5, signal }));
    return {};
  });
  await app.inject({ method: method === 'GET' ? 'GET' : 'POST', url: '/steps' });
  return sent.promise;
}

t.test('an answer of a program that is no replica is none', async (t) => {
  const stranger: RequestListener = (_request, response) => response.end('{"success":true}');
  // What was asked for may be under way where the owner has handed it on.
  for (const method of ['GET', 'POST']) t.equal(await sendTo(t, method, stranger), 'broken', method);
  const refusing: RequestListener = (request, response) => {
    response.setHeader('x-request-id', String(request.headers['x-request-id']));
    response.end('{}');
  };
  for (const method of ['GET', 'POST']) t.match(await sendTo(t, method, refusing), { status: 200 }, method);
});

t.test('the owner is told how long its answer is waited for', async (t) => {
  await sendTo(t, 'GET', (request, response) => {
    t.match(signature.verify(String(request.headers[vouchHeader])), { leftMs: 2000 });
    response.end();
  });
});

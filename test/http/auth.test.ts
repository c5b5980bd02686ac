import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify';
import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, type Service, startService } from '../fixtures/service.ts';

const keys = { old: 'bot-key-of-2025-0123', new: 'bot-key-of-2026-0123', crm: 'Y3JtLWtleS0wMTIzNDU2Nw==' };
const API_KEYS = `bot=${keys.old}, bot=${keys.new}, ${keys.crm}`;

/** Every route that is registered meanwhile, as Fastify itself reports them. */
async function routesOf(start: () => Promise<unknown>): Promise<RouteOptions[]> {
  const routes: RouteOptions[] = [];
  const watch = (message: unknown) => {
    const { fastify }: { fastify: FastifyInstance } = Object(message);
    fastify.addHook('onRoute', (route) => {
      routes.push(route);
    });
  };
  subscribe('fastify.initialization', watch);
  await start();
  unsubscribe('fastify.initialization', watch);
  return routes;
}

t.test('without a key every route is closed but the declared open ones', async (t) => {
  const started: Service[] = [];
  const routes = await routesOf(async () => started.push(await startService(t, { env: { API_KEYS } })));
  const isOpen = ({ config }: RouteOptions) => config?.open === true;
  const open = new Set(routes.filter(isOpen).map(({ url }) => url.replace(/^\/docs(\/.*)?$/, '/docs')));
  t.strictSame(
    open,
    new Set([
      '/',
      '/docs',
      '/openapi.json',
      '/health',
      '/health/ready',
      '/health/live',
      '/oauth/start',
      '/oauth/callback',
    ]),
  );
  t.ok(routes.filter((route) => !isOpen(route)).length >= 10, 'the table is there');
  for (const route of routes) {
    for (const method of [route.method].flat() as HTTPMethods[]) {
      const url = route.url.replace('*', 'index.html');
      const { statusCode } = Object(await started[0]?.app.inject({ method, url }));
      t.equal(statusCode === 401, !isOpen(route), `${method} ${url}: ${statusCode}`);
    }
  }
});

t.test('a caller without a key hears nothing but 401, before its body is read', async (t) => {
  const { app, sandbox } = await startService(t, { env: { API_KEYS } });
  const json = { 'content-type': 'application/json' };
  for (const [what, request] of Object.entries({
    'a good step': { method: 'POST', url: '/steps/amocrm_search', payload: { params: { query: 'x' } } },
    'a broken body': { method: 'POST', url: '/steps/amocrm_search', payload: '{', headers: json },
    'another type': { method: 'POST', url: '/steps/amocrm_search', payload: 'x', headers: { 'content-type': 'a/b' } },
    'a body too large': { method: 'POST', url: '/steps/amocrm_search', payload: 'x'.repeat(2 ** 21), headers: json },
    'an unknown step': { method: 'POST', url: '/steps/nope', payload: { context: { a: 1 } } },
    'an unknown route': { method: 'GET', url: '/nope' },
    'another method': { method: 'GET', url: '/steps/amocrm_search' },
    'the key in the query': { method: 'GET', url: `/steps?api_key=${keys.new}&x-api-key=${keys.new}` },
  } as const)) {
    const answer = answerOf(await app.inject(request));
    isProblem(t, answer, 'UNAUTHORIZED', { what });
    t.match(answer.headers['www-authenticate'], /^Bearer\b/, what);
    t.strictSame(Object.keys(answer.body.context), ['__step_error__'], what);
    t.equal(answer.headers.allow, undefined, what);
  }
  t.strictSame(sandbox.requests, []);
});

t.test('each key opens, as a bearer token and as X-API-Key', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS } });
  for (const key of Object.values(keys)) {
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer ${key}` },
      { authorization: `BEARER   ${key}` },
      { 'x-api-key': key },
      { authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': key },
    ]) {
      t.equal((await app.inject({ url: '/steps', headers })).statusCode, 200, JSON.stringify(headers));
    }
  }
});

t.test('nothing else opens', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS } });
  for (const headers of [
    { authorization: keys.new },
    { authorization: `Basic ${keys.new}` },
    { authorization: `Bearer ${keys.new}x` },
    { authorization: `Bearer ${keys.new.slice(0, -1)}` },
    { authorization: `Bearer ${keys.new.toUpperCase()}` },
    { authorization: `Bearer bot=${keys.new}` },
    { authorization: `Bearer ${API_KEYS}` },
    { authorization: 'Bearer bot' },
    { authorization: 'Bearer ' },
    { authorization: '' },
    { 'x-api-key': '' },
    { 'x-api-key': 'bot' },
    { 'x-api-key': `Bearer ${keys.new}` },
    { cookie: `api_key=${keys.new}` },
  ]) {
    const answer = answerOf(await app.inject({ url: '/steps', headers }));
    isProblem(t, answer, 'UNAUTHORIZED', { what: JSON.stringify(headers) });
  }
});

t.test('keys of one name are one caller, a key without a name is another', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS } });
  app.get('/caller', async ({ caller }) => ({ caller }));
  const callerOf = async (key: string) => (await app.inject({ url: '/caller', headers: { 'x-api-key': key } })).json();
  t.strictSame(await callerOf(keys.old), { caller: 'bot' });
  t.strictSame(await callerOf(keys.new), { caller: 'bot' });
  const { caller } = await callerOf(keys.crm);
  t.not(caller, 'bot');
  t.notMatch(caller, keys.crm, 'the key itself is no name');
});

t.test('without configured keys everything is open', async (t) => {
  const { app } = await startService(t);
  t.equal((await app.inject('/steps')).statusCode, 200);
  t.equal((await app.inject({ url: '/steps', headers: { authorization: 'Bearer whatever' } })).statusCode, 200);
});

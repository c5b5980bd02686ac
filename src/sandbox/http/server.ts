import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { control } from '../control/control.ts';
import { serveConsent } from '../oauth/consent.ts';
import { servePage } from '../page/serve-page.ts';
import type { World } from '../world.ts';
import { problem } from './answer.ts';
import { serveApi } from './api-request.ts';
import { parseJson, readText } from './read-body.ts';
import { hostOf, send } from './send.ts';
import { serveTokens } from './token-request.ts';

// Longer than clients keep idle connections, so that the sandbox never closes one just as it is taken up again.
const KEEP_ALIVE_MS = 75_000;

export function sandboxServer(world: World): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const at = performance.now();
    serve(world, request, response, at).catch((error: unknown) => broken(world, response, error));
  });
  server.requestTimeout = 0;
  return server;
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse, at: number): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const { pathname } = url;
  if (pathname.startsWith('/api/')) return serveApi(world, request, response, url, at);
  if (pathname === '/oauth2/access_token') return serveTokens(world, request, response, at);
  const text = await readText(request);
  if (pathname === '/oauth') {
    return send(response, serveConsent(world, request.method, url.searchParams, text, hostOf(request)), world.now());
  }
  const body = parseJson(text);
  if (pathname.startsWith('/_sandbox/')) {
    return send(response, await control(world, `${request.method} ${pathname}`, url.searchParams, body), world.now());
  }
  const shown = servePage(world, request, pathname);
  return send(
    response,
    shown ?? problem(404, `Cannot ${request.method} https://${hostOf(request)}${pathname}`),
    world.now(),
  );
}

// A client that went away needs no answer; anything else is a fault of the sandbox itself and is shown as such.
function broken({ now }: World, response: ServerResponse, error: unknown): void {
  if (response.req.destroyed && !response.req.complete) return;
  send(response, problem(500, error instanceof Error ? (error.stack ?? error.message) : String(error)), now());
}

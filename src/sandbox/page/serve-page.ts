import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, problem, typed } from '../http/answer.ts';
import { reset, type World } from '../world.ts';
import { bringUp, takeDown } from './outage.ts';
import { overview } from './overview.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** The page for people and its files; undefined for any other address. */
export function servePage(world: World, request: IncomingMessage, pathname: string): Answer | undefined {
  const answer = answerTo(world, request, `${request.method} ${pathname}`);
  return answer && { ...answer, headers: { ...headers, ...answer.headers } };
}

function answerTo(world: World, request: IncomingMessage, route: string): Answer | undefined {
  switch (route) {
    case 'GET /':
      return page(overview(world, wholeOf(request)), request.headers['if-none-match']);
    case 'GET /page.css':
      return typed(200, 'text/css; charset=utf-8', STYLE);
    case 'GET /page.js':
      return typed(200, 'text/javascript; charset=utf-8', SCRIPT);
    case 'POST /reset':
      return pressed(() => reset(world), request);
    case 'POST /down':
      return pressed(() => takeDown(world), request);
    case 'POST /up':
      return pressed(() => bringUp(world), request);
    default:
      return undefined;
  }
}

/** The section that is wanted whole: `/?all=leads`. */
function wholeOf({ url = '' }: IncomingMessage): string | undefined {
  return new URLSearchParams(url.split('?')[1]).get('all') ?? undefined;
}

function page(markup: string, known: string | undefined): Answer {
  const etag = `"${createHash('sha256').update(markup).digest('base64url')}"`;
  if (known === etag) return { status: 304, headers: { etag }, body: '' };
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', etag }, body: markup };
}

/** By the page's own button: a page of another site may not empty the sandbox, nor take it down. */
function pressed(act: () => void, { headers }: IncomingMessage): Answer {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return problem(403, 'Only the page of the sandbox may do this');
  act();
  return { status: 303, headers: { location: '/' }, body: '' };
}

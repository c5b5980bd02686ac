import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import type { ErrorCode } from '../../src/problems/catalogue.ts';
import { note } from '../fixtures/conformance.ts';
import { isProblem } from '../fixtures/problem.ts';
import { exchange } from '../fixtures/raw-http.ts';
import { startService } from '../fixtures/service.ts';

/** Requests that are broken or ill-meant, byte for byte. Connections of that kind: `http/connections.test.ts`. */

const { app, sandbox } = await startService(t);
const address = await app.listen({ port: 0 });
const port = Number(new URL(address).port);

const json = 'Content-Type: application/json\r\n';
const body = '{"params": {"query": "Мария"}}';
const search = 'POST /steps/amocrm_search';

interface Parts {
  line?: string;
  version?: string;
  host?: string;
  content?: string | Buffer;
}

/** A request with the headers in question; the length is that of the body unless they say otherwise. */
function request(headers: string, parts: Parts = {}): Buffer {
  const { line = search, version = '1.1', host = 'Host: localhost\r\n', content = body } = parts;
  const bytes = Buffer.from(content);
  const length = /^(content-length|transfer-encoding):/im.test(headers) ? '' : `Content-Length: ${bytes.length}\r\n`;
  const head = `${line} HTTP/${version}\r\n${host}${headers}${length}Connection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

const to = (line: string) => request('', { line, content: '' });
const chunked = (...lines: string[]) =>
  request(`${json}Transfer-Encoding: chunked\r\n`, { content: lines.join('\r\n') });

const size = Buffer.byteLength(body).toString(16);
const filled = (length: number) => body + ' '.repeat(length - Buffer.byteLength(body));
const mebibyte = 1024 * 1024;
const long = 'a'.repeat(15_000);

const cases: Record<string, [what: string, bytes: Buffer | string, due: 200 | ErrorCode][]> = {
  'what is odd but right is taken': [
    ['HTTP/1.0', request(json, { version: '1.0', host: '' }), 200],
    ['a whole address', request(json, { line: 'POST http://example.com/steps/amocrm_search' }), 200],
    ['an escaped address', request(json, { line: 'POST /steps/amocrm%5Fsearch' }), 200],
    ['100-continue', request(`${json}Expect: 100-continue\r\n`), 200],
    ['an expectation that nobody knows', request(`${json}Expect: tea\r\n`), 200],
    ['an upgrade that is not offered', request(`${json}Upgrade: websocket\r\n`), 200],
    ['HTTP/2 that is not offered', request(`${json}Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n`), 200],
    ['a body in chunks', chunked(size, body, '0', '', ''), 200],
    ['chunks with extensions and trailers', chunked(`${size};a=b`, body, '0', 'X-Trailer: y', '', ''), 200],
    ['a blank after the media type', request('Content-Type: application/json \t\r\n'), 200],
    ['identity as coding', request(`${json}Content-Encoding: identity\r\n`), 200],
    ['1 MiB', request(json, { content: filled(mebibyte) }), 200],
  ],
  'bodies that cannot be taken': [
    ['1 MiB and a byte', request(json, { content: filled(mebibyte + 1) }), 'PAYLOAD_TOO_LARGE'],
    ['1 MiB and a byte in chunks', chunked('100001', filled(mebibyte + 1), '0', '', ''), 'PAYLOAD_TOO_LARGE'],
    ['an announced gibibyte', request(`${json}Content-Length: 1073741824\r\n`), 'PAYLOAD_TOO_LARGE'],
    ['no media type', request(''), 'UNSUPPORTED_MEDIA_TYPE'],
    ['half a media type', request('Content-Type: application/\r\n'), 'UNSUPPORTED_MEDIA_TYPE'],
    ['a tab in the media type', request('Content-Type: application/json\ta\r\n'), 'UNSUPPORTED_MEDIA_TYPE'],
    ['another JSON', request('Content-Type: application/vnd.api+json\r\n'), 'UNSUPPORTED_MEDIA_TYPE'],
    ['gzip', request(`${json}Content-Encoding: gzip\r\n`, { content: gzipSync(body) }), 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body called compressed', request(`${json}Content-Encoding: br\r\n`), 'UNSUPPORTED_MEDIA_TYPE'],
    ['gzip that does not say so', request(json, { content: gzipSync(body) }), 'INVALID_REQUEST'],
    [
      'UTF-16',
      request('Content-Type: application/json; charset=utf-16\r\n', { content: Buffer.from(body, 'utf16le') }),
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['UTF-16 that does not say so', request(json, { content: Buffer.from(body, 'utf16le') }), 'INVALID_REQUEST'],
  ],
  'headers that cannot be taken': [
    ['no Host', request(json, { host: '' }), 'INVALID_REQUEST'],
    ['two keys', request(`${json}Idempotency-Key: a\r\nIdempotency-Key: b\r\n`), 'INVALID_REQUEST'],
    ['a key that is no ASCII', request(`${json}Idempotency-Key: \xe4\r\n`), 'INVALID_REQUEST'],
    ['a header of 20 kB', request(`${json}X: ${'x'.repeat(20_000)}\r\n`), 'HEADERS_TOO_LARGE'],
    ['5,000 headers', request(`${json}${'X: y\r\n'.repeat(5_000)}`), 'HEADERS_TOO_LARGE'],
    ['an address of 20 kB', to(`GET /${'a'.repeat(20_000)}`), 'HEADERS_TOO_LARGE'],
  ],
  'addresses and methods that nobody serves': [
    ['a long step type', to(`POST /steps/${long}`), 'UNKNOWN_STEP'],
    ['a NUL in the step type', to('POST /steps/amocrm_search%00'), 'UNKNOWN_STEP'],
    ['a step type as a whole address', to('POST http://a/steps/nope'), 'UNKNOWN_STEP'],
    ['a step as a whole address', to('GET http://a/steps/amocrm_search'), 'METHOD_NOT_ALLOWED'],
    ['a way up', to('GET /docs/static/..%2f..%2fpackage.json'), 'NOT_FOUND'],
    ['a deep path', to(`GET ${'/a'.repeat(7_000)}`), 'NOT_FOUND'],
    ['a percent sign', to('GET /%'), 'INVALID_REQUEST'],
    ['half a character', to('GET /steps/%d0'), 'INVALID_REQUEST'],
    ['the whole server', to('OPTIONS *'), 'NOT_FOUND'],
    ...['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE', 'M-SEARCH'].map(
      (method): [string, Buffer, ErrorCode] => [method, to(`${method} /steps/amocrm_search`), 'METHOD_NOT_ALLOWED'],
    ),
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'METHOD_NOT_ALLOWED'],
  ],
  'what is no HTTP': [
    ['garbage', 'Привет\r\n\r\n', 'INVALID_REQUEST'],
    ['TLS on a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 'INVALID_REQUEST'],
    ['a header without a colon', request(`${json}nonsense\r\n`), 'INVALID_REQUEST'],
    ['a length that is no number', request(`${json}Content-Length: x\r\n`), 'INVALID_REQUEST'],
    ['a broken chunk', chunked('zz', ''), 'INVALID_REQUEST'],
    ['a length that is too short', request(`${json}Content-Length: 10\r\n`), 'INVALID_REQUEST'],
    ['a negative length', request(`${json}Content-Length: -1\r\n`), 'INVALID_REQUEST'],
    ['a length beyond 2^64', request(`${json}Content-Length: 99999999999999999999\r\n`), 'INVALID_REQUEST'],
    ['two lengths in one', request(`${json}Content-Length: 5, 5\r\n`), 'INVALID_REQUEST'],
    ['two lengths', request(`${json}Content-Length: 5\r\nContent-Length: 5\r\n`), 'INVALID_REQUEST'],
    ['a length and chunks', request(`${json}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`), 'INVALID_REQUEST'],
    ['chunks and a length', request(`${json}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n`), 'INVALID_REQUEST'],
    ['another transfer coding', request(`${json}Transfer-Encoding: identity\r\n`), 'INVALID_REQUEST'],
    ['chunks that are not the last coding', request(`${json}Transfer-Encoding: chunked, gzip\r\n`), 'INVALID_REQUEST'],
    ['a chunk that is longer than it says', chunked('5', body, '0', '', ''), 'INVALID_REQUEST'],
    ['a chunk of a negative size', chunked('-1', body, '0', '', ''), 'INVALID_REQUEST'],
    ['a chunk beyond 2^64', chunked('ffffffffffffffff1', body, '0', '', ''), 'INVALID_REQUEST'],
    ['a chunk of no size', chunked('', body, '0', '', ''), 'INVALID_REQUEST'],
    ['a chunk extension of 20 kB', chunked(`${size};${'a'.repeat(20_000)}`, body, '0', '', ''), 'INVALID_REQUEST'],
    ['a NUL in a header', request(`${json}X: \0\r\n`), 'INVALID_REQUEST'],
    ['a NUL in the address', to('GET /health/live\0'), 'INVALID_REQUEST'],
    ['a header that is continued', request(`${json}X: a\r\n b\r\n`), 'INVALID_REQUEST'],
    ['a blank before the colon', request('Content-Type : application/json\r\n'), 'INVALID_REQUEST'],
    ['line feeds alone', 'GET /health/live HTTP/1.1\nHost: localhost\n\n', 'INVALID_REQUEST'],
    ['small letters', to('get /health/live'), 'INVALID_REQUEST'],
    ['HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'INVALID_REQUEST'],
    ['HTTP/3.0', request(json, { version: '3.0' }), 'INVALID_REQUEST'],
  ],
};

for (const [name, list] of Object.entries(cases)) {
  t.test(name, async (t) => {
    for (const [what, bytes, due] of list) await expectOne(t, what, bytes, due);
  });
}

t.test('HEAD is answered like GET, without the body', async (t) => {
  for (const path of ['/health', '/health/live', '/steps', '/openapi.json', '/nope']) {
    const [head] = (await exchange(port, [to(`HEAD ${path}`)])).answers.slice(0, 1);
    const got = await fetch(address + path);
    t.equal(head?.status, got.status, path);
    t.equal(head?.headers['content-type'], got.headers.get('content-type'), path);
  }
});

t.test('amoCRM has heard of the good requests alone, and the service still answers', async (t) => {
  const good = Object.values(cases).flatMap((list) => list.filter(([, , due]) => due === 200));
  const searches = sandbox.requests.filter(({ path }) => path !== '/api/v4/account');
  t.equal(searches.length, good.length);
  t.equal((await fetch(`${address}/health`)).status, 200);
});

async function expectOne(t: Test, what: string, bytes: string | Buffer, due: 200 | ErrorCode): Promise<void> {
  const before = sandbox.requests.length;
  const { answers, isGivenUp } = await exchange(port, [bytes]);
  t.notOk(isGivenUp, `${what}: the connection is closed`);
  t.equal(sandbox.requests.length - before, due === 200 ? 1 : 0, `${what}: what amoCRM heard of it`);
  const [answer, ...rest] = answers;
  if (answer === undefined || rest.length > 0) {
    t.fail(`${what}: ${answers.length} answers`);
    return;
  }
  if (due === 200) {
    t.equal(answer.status, 200, `${what}: ${JSON.stringify(answer.body).slice(0, 300)}`);
    return;
  }
  isProblem(t, answer, due, { what });
  if (due === 'METHOD_NOT_ALLOWED') t.match(answer.headers.allow, /POST/i, what);
  note({ method: 'GET', path: '', ...answer, body: JSON.stringify(answer.body) });
}

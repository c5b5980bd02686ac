import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { LookupFunction } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import t from 'tap';
import { notPublic } from '../../../src/jobs/callbacks/not-public.ts';
import { post } from '../../../src/jobs/callbacks/post.ts';
import { deliveryMessages } from '../../../src/messages/jobs.ts';
import { startReceiver } from '../../fixtures/receiver.ts';

const certificate = '../../fixtures/tls/bot.example.com';
const never = new AbortController().signal;
const usual = { headers: { 'content-type': 'application/json' }, body: '{}', isTrusted: false, signal: never };
const refused = { failure: deliveryMessages.notPublic };

/** A name server that gives these addresses, one after the other. */
function namesOf(...answers: string[][]): LookupFunction & { asked: number } {
  const lookup: LookupFunction = (_host, _options, done) => {
    const addresses = answers[Math.min(answers.length - 1, found.asked)] ?? [];
    found.asked += 1;
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const found = Object.assign(lookup, { asked: 0 });
  return found;
}

t.test('an address that is not public is refused by the socket, whatever it is called', async (t) => {
  const receiver = await startReceiver(t);
  const { port, url } = receiver;
  t.strictSame(await post({ ...usual, url }), refused);
  t.strictSame(await post({ ...usual, url: `http://[::ffff:127.0.0.1]:${port}` }), refused);
  t.strictSame(await post({ ...usual, url: `http://localhost:${port}` }), refused);
  t.strictSame(await post({ ...usual, url: `https://localhost:${port}` }), refused);
  const url2 = `http://bot.example.com:${port}`;
  for (const address of [
    '127.0.0.1',
    '::ffff:127.0.0.1',
    '::1',
    '10.0.0.1',
    '169.254.169.254',
    'fe80::1',
    '100.64.0.1',
  ]) {
    t.strictSame(await post({ ...usual, url: url2, lookup: namesOf([address]) }), refused, address);
  }
  t.equal(receiver.connections(), 0);
  t.strictSame(await post({ ...usual, url, isTrusted: true }), { status: 204 });
});

t.test('a name that changes its address between two look-ups gains nothing', async (t) => {
  const receiver = await startReceiver(t);
  const rebinding = namesOf(['127.0.0.1'], ['93.184.215.14'], ['127.0.0.1']);
  t.strictSame(await post({ ...usual, url: `http://bot.example.com:${receiver.port}`, lookup: rebinding }), refused);
  t.equal(rebinding.asked, 1, 'the address that was judged is the one that is connected to');
  t.equal(receiver.connections(), 0);
});

t.test('what is public', async (t) => {
  const isPublic = (address: string) => !notPublic.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  for (const address of [
    '8.8.8.8',
    '93.184.215.14',
    '100.63.255.255',
    '100.128.0.1',
    '172.32.0.1',
    '2a00:1450::1',
    '::ffff:8.8.8.8',
  ]) {
    t.ok(isPublic(address), address);
  }
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.1.1.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:100.64.0.1',
    '::ffff:0:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
  ]) {
    t.notOk(isPublic(address), address);
  }
});

t.test('a redirect is not followed', async (t) => {
  const target = await startReceiver(t);
  const receiver = await startReceiver(t, (_, response) => response.writeHead(307, { location: target.url }).end());
  t.strictSame(await post({ ...usual, url: receiver.url, isTrusted: true }), { status: 307 });
  t.equal(target.connections(), 0);
});

t.test('an endless answer is cut, and its status counts', async (t) => {
  const chunk = Buffer.alloc(65_536, 'x');
  const receiver = await startReceiver(t, (_, response) => {
    response.writeHead(200);
    const more = () => void response.write(chunk, (error) => error ?? setImmediate(more));
    more();
  });
  t.strictSame(await post({ ...usual, url: receiver.url, isTrusted: true }), { status: 200 });
});

t.test('an answer that does not end is cut too, and its status counts', { timeout: 10_000 }, async (t) => {
  const left: Promise<unknown>[] = [];
  const receiver = await startReceiver(t, (_, response) => {
    left.push(once(response, 'close'));
    response.writeHead(200).write('begun');
  });
  t.strictSame(await post({ ...usual, url: receiver.url, isTrusted: true }), { status: 200 });
  t.equal((await Promise.all(left)).length, 1, 'the connection is gone');
});

t.test('nobody answers: the reason is told', async (t) => {
  const receiver = await startReceiver(t, () => {});
  const stop = new AbortController();
  const posted = post({ ...usual, url: receiver.url, isTrusted: true, signal: stop.signal });
  await receiver.until(1);
  stop.abort(deliveryMessages.noAnswer(15));
  t.strictSame(await posted, { failure: deliveryMessages.noAnswer(15) });
  receiver.behave((_, response) => response.destroy());
  t.strictSame(await post({ ...usual, url: receiver.url, isTrusted: true }), {
    failure: deliveryMessages.failed('ECONNRESET'),
  });
});

t.test('https takes a certificate of the name alone', async (t) => {
  const [cert, key] = ['cert', 'key'].map((kind) =>
    readFileSync(new URL(`${certificate}.${kind}.pem`, import.meta.url), 'utf8'),
  );
  const names: unknown[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    names.push(request.headers.host);
    response.writeHead(204).end();
  });
  t.teardown(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = Object(server.address());
  const to = (host: string) =>
    post({ ...usual, isTrusted: true, url: `https://${host}:${port}/path`, lookup: namesOf(['127.0.0.1']) });
  t.strictSame(await to('bot.example.com'), { failure: deliveryMessages.failed('DEPTH_ZERO_SELF_SIGNED_CERT') });
  const usualAuthorities = getCACertificates();
  setDefaultCACertificates([...usualAuthorities, String(cert)]);
  t.teardown(() => setDefaultCACertificates(usualAuthorities));
  t.strictSame(await to('other.example.com'), { failure: deliveryMessages.failed('ERR_TLS_CERT_ALTNAME_INVALID') });
  t.strictSame(await to('127.0.0.1'), { failure: deliveryMessages.failed('ERR_TLS_CERT_ALTNAME_INVALID') });
  t.strictSame(names, []);
  t.strictSame(await to('bot.example.com'), { status: 204 });
  t.strictSame(names, [`bot.example.com:${port}`]);
});

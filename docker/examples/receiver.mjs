/**
 * Takes callbacks: checks who has signed and when, and works on each end of a job once. Plain Node.js, nothing to install:
 *
 *   CALLBACK_SECRET=whsec_… PORT=8090 node docker/examples/receiver.mjs
 *
 * The secret comes from PUT /callers/{name}/callback. Put a proxy with https in front of it, or name its host in CALLBACK_HOSTS.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { CALLBACK_SECRET = '', HOST = '127.0.0.1', PORT = '8090' } = process.env;
const key = Buffer.from(CALLBACK_SECRET.replace(/^whsec_/, ''), 'base64');
if (key.length < 24) {
  process.stderr.write('CALLBACK_SECRET: нужен секрет из ответа на PUT /callers/{name}/callback\n');
  process.exit(1);
}

/** Seconds by which both clocks may differ: what is older may have been recorded by somebody and sent again. */
const maxAge = 300;
const maxBytes = 16 * 2 ** 20;
const maxKnown = 10_000;

/**
 * Ends that were worked on, or are. After a restart a delivery may be taken twice: with a database, make this a table with a
 * unique column, and write the row in the transaction that does the work.
 * @type {Map<string, Promise<void>>}
 */
const known = new Map();

/** What there is to do: here the bot would write to its user. Whatever it throws, the callback comes again. */
async function handle(/** @type {any} */ { data: job }) {
  const end = job.status === 'succeeded' ? 'выполнено' : `не удалось (${job.problem.code})`;
  process.stdout.write(`Задание ${job.id}: ${end}\n`);
}

/** A job that has failed and is tried again ends a second time under its id, so that the id alone does not do. */
function handleOnce(/** @type {any} */ event) {
  const name = `${event.data.id} ${event.data.ended_at}`;
  const working = known.get(name) ?? handle(event);
  known.set(name, working);
  for (const oldest of known.keys()) {
    if (known.size <= maxKnown) break;
    known.delete(oldest);
  }
  working.catch(() => known.delete(name));
  return working;
}

/** As Standard Webhooks have it. While a secret is replaced there are two signatures. */
function isGenuine(/** @type {import('node:http').IncomingHttpHeaders} */ headers, /** @type {Buffer} */ body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  const age = Math.abs(Date.now() / 1000 - Number(timestamp));
  // Not a number is not genuine either.
  if (!(age <= maxAge)) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return String(signatures)
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
}

/** The whole body; undefined where it is too long. */
async function read(/** @type {import('node:http').IncomingMessage} */ request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The status of the answer: a 2xx ends the delivery, anything else has it sent again. */
async function answer(/** @type {import('node:http').IncomingMessage} */ request) {
  if (request.method !== 'POST') return 405;
  const body = await read(request);
  if (body === undefined) return 413;
  if (!isGenuine(request.headers, body)) return 401;
  await handleOnce(JSON.parse(body.toString()));
  return 204;
}

const server = createServer((request, response) => {
  answer(request).then(
    (status) => response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end(),
    (error) => {
      process.stderr.write(`${error}\n`);
      response.writeHead(500).end();
    },
  );
});
server.listen(Number(PORT), HOST, () => {
  process.stdout.write(`Жду уведомлений на http://${HOST}:${Object(server.address()).port}\n`);
});

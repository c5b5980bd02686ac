import t from 'tap';
import { exchange } from '../fixtures/raw-http.ts';
import { attacks } from './bodies.ts';
import { startSmall } from './start-small.ts';

/**
 * What an attack may take of the processor, in seconds. It is a tenth on an idle machine, and `/health/live` is answered
 * within 100 ms meanwhile; how long that takes where other tests run too says nothing. Quadratic work took minutes.
 */
const mostSeconds = 1;

t.test('no body, however it is made, holds the others up', async (t) => {
  const { address } = await startSmall(t);
  for (const [what, { path, body, headers, outcome }] of Object.entries(attacks)) {
    const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: body(1) };
    const before = await secondsSpent(address);
    const sent = performance.now();
    const attack = fetch(address + path, request).then((answer) => answer.json());
    const live = await fetch(`${address}/health/live`);
    const waited = Math.round(performance.now() - sent);
    const { success, ok = success, code } = Object(await attack);
    const spent = (await secondsSpent(address)) - before;
    t.equal(ok === true ? 'ok' : code, outcome, what);
    t.equal(live.status, 200, `${what}: another is served after ${waited} ms`);
    t.ok(spent < mostSeconds, `${what}: ${spent.toFixed(2)} s of the processor`);
  }
});

/** Seconds of the processor that the service has used. */
async function secondsSpent(address: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)?.[1]);
}

t.test('who may not ask is turned away at once', async (t) => {
  const { address } = await startSmall(t);
  const port = Number(new URL(address).port);
  const step = (headers: string) =>
    `POST /steps/amocrm_search HTTP/1.1\r\n${headers}Content-Length: 1000000\r\nConnection: close\r\n\r\n`;
  for (const [headers, status] of [
    ['Host: rebind.attacker.example\r\n', 421],
    ['Host: \r\n', 421],
    [`Host: localhost:${port}\r\nOrigin: https://attacker.example\r\n`, 403],
    [`Host: localhost:${port}\r\nSec-Fetch-Site: cross-site\r\n`, 403],
  ] as const) {
    const { answers } = await exchange(port, [step(headers)]);
    t.equal(answers[0]?.status, status, headers);
  }
});

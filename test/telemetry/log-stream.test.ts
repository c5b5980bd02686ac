import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { createLogStream, type LogStream, openStandardOutput } from '../../src/telemetry/log-stream.ts';
import { until } from '../fixtures/keyed.ts';

/** Both ends of a connection whose reader does not read yet. */
async function pair(t: Test) {
  const directory = mkdtempSync(join(tmpdir(), 'log-'));
  const path = join(directory, 'socket');
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const output = connect(path);
  const [reader]: Socket[] = await once(server, 'connection');
  if (reader === undefined) throw new Error('no reader');
  t.teardown(() => {
    output.destroy();
    reader.destroy();
    server.close();
    rmSync(directory, { recursive: true });
  });
  return { output, reader };
}

/** Writes until the operating system takes no more. */
async function fill(output: Socket, log: LogStream): Promise<void> {
  while (output.writableLength === 0) {
    for (let number = 0; number < 50; number += 1) log.write(line(number));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const line = (number: number) => `${JSON.stringify({ number, text: 'x'.repeat(1_000) })}\n`;

t.test('lines that nobody reads wait up to a bound; how many were dropped is told once reading goes on', async (t) => {
  const { output, reader } = await pair(t);
  const log = createLogStream(output, 100_000);
  const written = 5_000;
  for (let number = 0; number < written; number += 1) {
    log.write(line(number));
    if (number % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  t.ok(output.writableLength < 102_000, `${output.writableLength} bytes wait`);
  const lines: { number?: number; lost?: number; msg?: string }[] = [];
  createInterface(reader).on('line', (text) => lines.push(JSON.parse(text)));
  reader.resume();
  await until(() => lines.some(({ lost }) => lost !== undefined));
  const kept = lines.length - 1;
  t.strictSame(
    lines.slice(0, -1).map(({ number }) => number),
    Array.from({ length: kept }, (_, index) => index),
  );
  t.match(lines.at(-1), { level: 'warn', lost: written - kept, msg: /^log lines lost/ });
  log.write(line(-1));
  await until(() => lines.at(-1)?.number === -1);
});

t.test('the flush waits for the reader, and not for ever', async (t) => {
  const { output, reader } = await pair(t);
  const log = createLogStream(output);
  await log.flush(60_000);
  await fill(output, log);
  await log.flush(1);
  t.not(output.writableLength, 0);
  const flushing = log.flush(60_000);
  reader.resume();
  await flushing;
  t.equal(output.writableLength, 0);
});

t.test('a reader that goes away ends the log and nothing else', async (t) => {
  const { output, reader } = await pair(t);
  const log = createLogStream(output);
  await fill(output, log);
  reader.destroy();
  await new Promise((resolve) => output.once('close', resolve));
  log.write(line(1));
  await log.flush(60_000);
  t.equal(output.destroyed, true);
});

t.test('to a file every line is written at once', async (t) => {
  const file = join(t.testdir(), 'log');
  const log = openStandardOutput(openSync(file, 'w'));
  log.write('one\n');
  t.equal(readFileSync(file, 'utf8'), 'one\n');
  await log.flush(0);
});

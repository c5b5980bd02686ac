import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { openJournal } from '../fixtures/journal.ts';
import { measureJournal, measureRate } from '../fixtures/journal-speed.ts';

/** What a key costs: the journal alone, and over HTTP beside requests without a key, turn about. */
for (const clients of [1, 8, 50, 250]) print(`journal alone, ${clients} at once`, await measureAlone(clients, 3));
for (const clients of [1, 50]) {
  const rates = await measureHttp(clients, 4);
  print(`HTTP, ${clients} at once, without a key`, rates.plain);
  print(`HTTP, ${clients} at once, with a key`, rates.keyed);
  process.stdout.write(`  with / without: ${(rates.keyed / rates.plain).toFixed(2)}\n`);
}

async function measureAlone(clients: number, seconds: number): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'amocrm-steps-'));
  const journal = await openJournal(directory);
  const rate = await measureJournal(journal, clients, seconds);
  journal.close();
  await rm(directory, { recursive: true });
  return rate;
}

async function measureHttp(clients: number, rounds: number): Promise<{ plain: number; keyed: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'amocrm-steps-'));
  const sandbox = await startSandbox({ rateLimit: 0, accountRateLimit: 0 });
  const config = loadConfig({
    AMO_BASE_URL: sandbox.url,
    AMO_ACCESS_TOKEN: sandbox.token,
    AMO_RATE_LIMIT: '50',
    DATA_DIR: directory,
  });
  const clock = { now: () => performance.now(), wall: Date.now, random: Math.random, second: 1, after: later };
  const app = await buildApp({ config, clock });
  const address = await app.listen({ port: 0 });
  let serial = 0;
  const send = async (keyed: boolean) => {
    serial += 1;
    const key: Record<string, string> = keyed ? { 'idempotency-key': `${serial}` } : {};
    const response = await fetch(`${address}/steps/amocrm_create_contact`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...key },
      body: JSON.stringify({ params: { name: `Контакт ${serial}` } }),
    });
    if (response.status !== 200) throw new Error(await response.text());
    await response.arrayBuffer();
  };
  const rates = { plain: 0, keyed: 0 };
  await measureRate(clients, 1, () => send(true));
  for (let round = 0; round < rounds; round += 1) {
    rates.plain += (await measureRate(clients, 1, () => send(false))) / rounds;
    rates.keyed += (await measureRate(clients, 1, () => send(true))) / rounds;
  }
  await app.close();
  await sandbox.close();
  await rm(directory, { recursive: true });
  return rates;
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

function print(what: string, rate: number): void {
  process.stdout.write(`${what}: ${Math.round(rate)} a second\n`);
}

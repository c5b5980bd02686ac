import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJournal } from '../../src/journal/journal.ts';
import { openJournal } from '../fixtures/journal.ts';
import { measureJournal } from '../fixtures/journal-speed.ts';
import { openTestStore, own } from '../fixtures/postgres.ts';
import { median } from './table.ts';

// A program: measures both journals in turns, keyed steps a second, and tells the medians as JSON.
const [url = '', clients, rounds] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'amocrm-steps-bench-'));
const sqlite = await openJournal(directory);
const { store } = await openTestStore(url);
const postgres = createJournal(store.of('one', await own(url, 'one')).keys);
const rates = { sqlite: [] as number[], postgres: [] as number[] };
for (let round = 0; round <= Number(rounds); round += 1) {
  for (const [name, journal] of [
    ['sqlite', sqlite],
    ['postgres', postgres],
  ] as const) {
    const rate = await measureJournal(journal, Number(clients), 1);
    // The first time both are cold.
    if (round > 0) rates[name].push(rate);
  }
}
postgres.close();
await store.close();
sqlite.close();
rmSync(directory, { recursive: true });
process.stdout.write(JSON.stringify({ sqlite: median(rates.sqlite), postgres: median(rates.postgres) }));

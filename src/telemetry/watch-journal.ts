import { Counter, type Registry } from '@prometheus-io/client';
import type { StoreLoad } from '../store/store.ts';
import { gaugeReadings, type Reading } from './gauge-readings.ts';

const readings: Reading<StoreLoad>[] = [
  ['journal_bytes', 'Size of the journal’s files.', ({ bytes }) => bytes],
  ['journal_free_bytes', 'What of that is empty and will be used again.', ({ freeBytes }) => freeBytes],
  ['journal_keys', 'Keys that the journal keeps; counted once a minute.', ({ keys }) => keys],
  [
    'data_dir_free_ratio',
    'Share of the disk of DATA_DIR that the service may still fill.',
    (load) => load.diskFreeShare,
  ],
];

/** Gauges of the journal's size and free space, read at each scrape. */
export function gaugeJournal(registry: Registry, load: () => Promise<StoreLoad>): void {
  gaugeReadings(registry, readings, load);
}

export function countFailedCommits(registry: Registry): () => void {
  const failed = new Counter({
    name: 'amocrm_steps_journal_failed_commits_total',
    help: 'Commits that the disk has not taken. Keyed requests that had a part in them got OVERLOADED.',
    registers: [registry],
  });
  return () => failed.inc();
}

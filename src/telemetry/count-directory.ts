import { Counter, type Registry } from '@prometheus-io/client';
import type { DirectoryStatus } from '../amocrm/contact-directory/contact-directory.ts';
import { type DirectoryObserver, foundBy, mended } from '../amocrm/contact-directory/observer.ts';
import { type Clock, systemClock } from '../clock.ts';
import { gaugeReadings, type Reading } from './gauge-readings.ts';

export function countDirectory(registry: Registry): DirectoryObserver {
  const registers = [registry];
  const finds = new Counter({
    name: 'amocrm_steps_directory_finds_total',
    help: 'Contacts looked for, by what was asked: the contact directory or amoCRM’s search. A find may ask both.',
    labelNames: ['by'],
    registers,
  });
  const doubts = new Counter({
    name: 'amocrm_steps_directory_doubts_total',
    help: 'Times that the directory named contacts of which none holds the value any more.',
    registers,
  });
  const catchUps = new Counter({
    name: 'amocrm_steps_directory_catch_ups_total',
    help: 'Catch-ups of the contact directory, reads of what has changed in amoCRM since the last one, by how they ended.',
    labelNames: ['result'],
    registers,
  });
  const pages = new Counter({
    name: 'amocrm_steps_directory_catch_up_pages_total',
    help: 'Pages that these catch-ups have taken; two each as a rule.',
    registers,
  });
  const mendings = new Counter({
    name: 'amocrm_steps_directory_mended_total',
    help: 'Contacts that the weekly mending found otherwise than the directory had them. missing and changed: catching up has overlooked them; gone: they were deleted, which it cannot see.',
    labelNames: ['what'],
    registers,
  });
  const lost = new Counter({
    name: 'amocrm_steps_directory_lost_total',
    help: 'Times that the directory’s file was unusable and was made anew.',
    registers,
  });
  for (const by of foundBy) finds.inc({ by }, 0);
  for (const what of mended) mendings.inc({ what }, 0);
  for (const result of ['done', 'failed']) catchUps.inc({ result }, 0);
  return {
    onFind: (by) => finds.inc({ by }),
    onDoubt: () => doubts.inc(),
    onCatchUp(report) {
      catchUps.inc({ result: report.result });
      pages.inc(report.pages);
    },
    onScan() {},
    onMended: (what, contacts) => mendings.inc({ what }, contacts),
    onLost: () => lost.inc(),
    onFailed() {},
  };
}

/** Gauges of the directories of the accounts that are open, read at each scrape. */
export function gaugeDirectory(
  registry: Registry,
  all: () => readonly DirectoryStatus[],
  clock: Pick<Clock, 'wall'> = systemClock,
): void {
  const readings: Reading<DirectoryStatus>[] = [
    [
      'directory_complete',
      'Whether the contact directory has read all contacts, of several accounts all of them: 1 or 0.',
      (now) => Number(now.isComplete),
    ],
    ['directory_contacts', 'Contacts that the contact directory knows.', ({ contacts }) => contacts],
    [
      'directory_scanned_contacts',
      'Contacts that the fill or the mending of the contact directory under way has read so far; 0 while there is none.',
      ({ scanned }) => scanned,
    ],
    ['directory_bytes', 'Size of the contact directory’s files.', ({ bytes }) => bytes],
    [
      'directory_behind_seconds',
      'How long ago the moment is up to which the contact directory knows all changes; 0 while it is not complete.',
      ({ caughtUpAt }) => (caughtUpAt === 0 ? 0 : Math.max(0, clock.wall() / 1000 - caughtUpAt)),
    ],
  ];
  gaugeReadings(registry, readings, () => {
    const [first = unread, ...others] = all();
    return others.reduce(together, first);
  });
}

const unread: DirectoryStatus = { contacts: 0, scanned: 0, bytes: 0, isComplete: false, caughtUpAt: 0 };

function together(a: DirectoryStatus, b: DirectoryStatus): DirectoryStatus {
  return {
    contacts: a.contacts + b.contacts,
    scanned: a.scanned + b.scanned,
    bytes: a.bytes + b.bytes,
    isComplete: a.isComplete && b.isComplete,
    caughtUpAt: earliest([a.caughtUpAt, b.caughtUpAt].filter((at) => at > 0)),
  };
}

function earliest(times: readonly number[]): number {
  return times.length === 0 ? 0 : Math.min(...times);
}
